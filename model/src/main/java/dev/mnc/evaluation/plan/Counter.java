package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import java.io.Serializable;

/**
 * Something counted over matched images. Tallies of parts of the images are added up in any order and any grouping, and
 * the sum must be the same to the last bit: counts, or the best of a total order, but no sums of doubles.
 *
 * @param <T> the class itself
 */
public interface Counter<T extends Counter<T>> extends Serializable {

    /** Counts an image, matched as its {@link CounterSpec} says. */
    void add(ImageMatch image);

    /** Adds what was counted elsewhere. */
    void add(T other);
}
