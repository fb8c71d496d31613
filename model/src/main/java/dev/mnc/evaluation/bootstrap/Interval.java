package dev.mnc.evaluation.bootstrap;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A confidence interval of a number, computed from its replicates: the standard error and the basic (also called
 * reverse percentile) interval of 95 %, {@code [2 p - q(0.975), 2 p - q(0.025)]} with the number itself p and the
 * quantiles q of the replicates (Davison and Hinkley, <em>Bootstrap Methods and their Application</em>, 1997, section
 * 5.2).
 *
 * <p>The percentile interval {@code [q(0.025), q(0.975)]} would be wrong here. Replicates of COCO's numbers lie higher
 * than the number itself: images that occur more than once bring their true positives together, and a category all of
 * whose images are missing, a rare and hence often a poor one, leaves the mean. That shift is the replicates' bias; the
 * percentile interval contains it twice, the basic one subtracts it. The ends are what the formula gives, even beyond 0
 * or 1.
 *
 * @param standardError the replicates' standard deviation, divided by their number less one
 * @param low lower end
 * @param high upper end
 * @param mean of the replicates
 * @param replicates number of replicates that have the number; the others have nothing to be found
 */
public record Interval(double standardError, double low, double high, double mean, int replicates) {

    private static final double TAIL = 0.025;

    /**
     * Sums up replicates.
     *
     * @param point the number itself
     * @param values the number in each replicate; NaN where there is nothing to be found
     * @return null where fewer than two replicates have the number
     */
    public static @Nullable Interval of(double point, double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length < 2) {
            return null;
        }
        double mean = Arrays.stream(sorted).sum() / sorted.length;
        double squares = 0;
        for (double value : sorted) {
            squares += (value - mean) * (value - mean);
        }
        return new Interval(
                Math.sqrt(squares / (sorted.length - 1)),
                2 * point - quantile(sorted, 1 - TAIL),
                2 * point - quantile(sorted, TAIL),
                mean,
                sorted.length);
    }

    /**
     * Returns the quantile between the two nearest values, as NumPy and R (type 7) do by default.
     *
     * @param sorted rising, at least one
     * @param share in [0, 1]
     */
    static double quantile(double[] sorted, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a quantile's share must be in [0, 1], got %s", share));
        }
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
