package dev.mnc.evaluation.bootstrap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The difference of a number between two runs on the same images, with its confidence interval. Both runs are computed
 * in the same replicates, in which each image has the same weight for both: what makes images easy or hard, and which
 * categories a replicate lacks, cancels out.
 *
 * @param a the number of the first run
 * @param b that of the second
 * @param interval of {@code b - a}; null where fewer than two replicates have both numbers
 * @param aboveShare the share of the replicates in which b is above a, in [0, 1]; equal ones count half
 */
public record Difference(double a, double b, @Nullable Interval interval, double aboveShare) {

    /** The verdict on a difference. */
    public enum Verdict {
        A_BETTER,
        B_BETTER,
        UNDECIDED
    }

    /**
     * Compares the numbers of two runs.
     *
     * @param inA the number of the first run in each replicate, NaN where there is nothing to be found
     * @param inB that of the second run in the same replicates
     */
    public static Difference of(double a, double b, double[] inA, double[] inB) {
        if (inA.length != inB.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "runs are compared in the same replicates, got %d and %d", inA.length, inB.length));
        }
        double[] differences = new double[inA.length];
        Arrays.setAll(differences, i -> inB[i] - inA[i]);
        double above = 0;
        int count = 0;
        for (double difference : differences) {
            above += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
            count += Double.isNaN(difference) ? 0 : 1;
        }
        return new Difference(a, b, Interval.of(b - a, differences), count == 0 ? Double.NaN : above / count);
    }

    /** Returns the second number less the first. */
    public double value() {
        return b - a;
    }

    /**
     * Returns which run the interval of 95 % shows to be better. Where no replicate differs from another, as when one
     * image has all objects of a category, the runs are undecided.
     */
    public Verdict verdict() {
        if (interval == null || interval.standardError() == 0) {
            return Verdict.UNDECIDED;
        }
        return interval.low() > 0 ? Verdict.B_BETTER : interval.high() < 0 ? Verdict.A_BETTER : Verdict.UNDECIDED;
    }

    /**
     * Returns the probability of a difference at least as large where there is none (the p-value): of a normal
     * distribution with the standard error, two-sided. Few replicates cannot give small shares, a standard error they
     * can.
     *
     * @return in [0, 1]; 1 where the runs are undecided
     */
    public double chance() {
        if (interval == null || interval.standardError() == 0) {
            return 1;
        }
        return Math.min(1, complementaryError(Math.abs(value()) / interval.standardError() / Math.sqrt(2)));
    }

    /**
     * Returns chances corrected for looking for the least of several, by Holm's method (<em>A simple sequentially
     * rejective multiple test procedure</em>, 1979): what stays below 0.05 is, with all others that do, wrong together
     * in at most 5 % of cases.
     *
     * @param chances in [0, 1]
     * @return in the same order
     */
    public static double[] holm(double[] chances) {
        List<Integer> rising = new ArrayList<>();
        for (int i = 0; i < chances.length; i++) {
            rising.add(i);
        }
        rising.sort(Comparator.comparingDouble(i -> chances[i]));
        double[] corrected = new double[chances.length];
        double highest = 0;
        for (int rank = 0; rank < chances.length; rank++) {
            int i = rising.get(rank);
            highest = Math.max(highest, Math.min(1, chances[i] * (chances.length - rank)));
            corrected[i] = highest;
        }
        return corrected;
    }

    /**
     * Returns the complementary error function, right to 1.2e-7 of its value: Press and others, <em>Numerical Recipes
     * in C</em>, 1992, section 6.2.
     */
    static double complementaryError(double x) {
        double t = 1 / (1 + 0.5 * x);
        double[] factors = {
            -1.26551223,
            1.00002368,
            0.37409196,
            0.09678418,
            -0.18628806,
            0.27886807,
            -1.13520398,
            1.48851587,
            -0.82215223,
            0.17087277
        };
        double sum = 0;
        for (int i = factors.length - 1; i >= 0; i--) {
            sum = factors[i] + t * sum;
        }
        return t * Math.exp(-x * x + sum);
    }
}
