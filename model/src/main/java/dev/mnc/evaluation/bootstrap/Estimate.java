package dev.mnc.evaluation.bootstrap;

import org.jspecify.annotations.Nullable;

/**
 * A number with its confidence interval.
 *
 * @param name of the number
 * @param value the number itself; any value if the interval is null
 * @param interval of 95 %; null where the number is undefined
 */
public record Estimate(String name, double value, @Nullable Interval interval) {

    /**
     * Creates an estimate of a number that is -1, or NaN, where it is undefined.
     *
     * @param values the number in each replicate; NaN where it is undefined
     */
    public static Estimate of(String name, double value, double[] values) {
        return new Estimate(name, value, value >= 0 ? Interval.of(value, values) : null);
    }
}
