package dev.mnc.evaluation.bootstrap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A number of two runs on the same images, and how sure their difference is. Both runs are computed in the same
 * replicates, in which each image has the same weight for both: what makes images easy or hard, and which categories a
 * replicate lacks, cancels out.
 *
 * @param a the number of the first run
 * @param b that of the second
 * @param spread how sure {@code b - a} is; null where fewer than two replicates have both numbers
 * @param aboveShare share of the replicates in which b is above a, in [0, 1]; equal ones count half
 */
public record Difference(double a, double b, @Nullable Interval spread, double aboveShare) {

    /** What can be said of a difference. */
    public enum Verdict {
        A_BETTER,
        B_BETTER,
        UNDECIDED
    }

    /**
     * Compares.
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

    /** The second less the first. */
    public double value() {
        return b - a;
    }

    /**
     * Whether the interval of 95 % tells the runs apart. Where no replicate differs from another, as when one image has
     * all objects of a category, nothing can be told.
     */
    public Verdict verdict() {
        if (spread == null || spread.standardError() == 0) {
            return Verdict.UNDECIDED;
        }
        return spread.low() > 0 ? Verdict.B_BETTER : spread.high() < 0 ? Verdict.A_BETTER : Verdict.UNDECIDED;
    }

    /**
     * How likely a difference at least as large is where there is none: of a normal distribution with the standard
     * error, two-sided. Few replicates cannot give small shares, a standard error they can.
     *
     * @return in [0, 1]; 1 where nothing can be told
     */
    public double chance() {
        if (spread == null || spread.standardError() == 0) {
            return 1;
        }
        return Math.min(1, complementaryError(Math.abs(value()) / spread.standardError() / Math.sqrt(2)));
    }

    /**
     * Chances as they are if the least of several is looked for, by Holm's method (<em>A simple sequentially rejective
     * multiple test procedure</em>, 1979): what stays below 0.05 is, with all others that do, wrong together in at most
     * 5 % of cases.
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
        for (int place = 0; place < chances.length; place++) {
            int i = rising.get(place);
            highest = Math.max(highest, Math.min(1, chances[i] * (chances.length - place)));
            corrected[i] = highest;
        }
        return corrected;
    }

    /** Right to 1.2e-7 of its value: Press and others, <em>Numerical Recipes in C</em>, 1992, section 6.2. */
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
