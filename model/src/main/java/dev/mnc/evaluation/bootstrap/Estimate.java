package dev.mnc.evaluation.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * A number and how sure it is.
 *
 * @param name of the number
 * @param value the number itself; anything if nothing can be told
 * @param spread how sure it is; null where nothing can be told
 */
public record Estimate(String name, double value, @Nullable Interval spread) {

    /**
     * A number that is -1, or NaN, where there is nothing that it could be told of.
     *
     * @param values it in each replicate; NaN where there is nothing
     */
    public static Estimate of(String name, double value, double[] values) {
        return new Estimate(name, value, value >= 0 ? Interval.of(value, values) : null);
    }
}
