package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import java.io.Serializable;

/**
 * What is to be counted; a value, told apart by {@code equals}.
 *
 * @param <T> what counts it
 */
public interface CounterSpec<T extends Counter<T>> extends Serializable {

    /** How images are matched before they are counted. */
    Matching matching();

    /**
     * A tally of no images.
     *
     * @param categories the listed ones; their numbers are those of {@link ImageMatch#category}
     */
    T start(LongIndex categories);

    /** The class of its tallies. */
    Class<T> tally();
}
