package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import java.io.Serializable;

/**
 * The specification of a {@link Counter}; a value, compared by {@code equals}.
 *
 * @param <T> the counter
 */
public interface CounterSpec<T extends Counter<T>> extends Serializable {

    /** Returns how images are matched before they are counted. */
    Matching matching();

    /**
     * Creates a counter of no images.
     *
     * @param categories the listed categories; their positions are those of {@link ImageMatch#category}
     */
    T start(LongIndex categories);

    /** Returns the class of the counter. */
    Class<T> counterClass();
}
