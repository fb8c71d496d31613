package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import java.io.Serializable;

/**
 * A count over matched images. Counters of parts of the images are added up in any order and any grouping, and the sum
 * must be the same to the last bit: counts, or the best of a total order, but no sums of doubles.
 *
 * @param <T> the class itself
 */
public interface Counter<T extends Counter<T>> extends Serializable {

    /** Counts an image, matched as its {@link CounterSpec} says. */
    void add(ImageMatch image);

    /** Adds the counts of other images. */
    void add(T other);
}
