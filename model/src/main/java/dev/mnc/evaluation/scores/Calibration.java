package dev.mnc.evaluation.scores;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calibration of scores: how far they are probabilities of being right. Detections Detections are sorted into
 * {@value #BINS} bins of equal width by score, {@code min(9, floor(10 score))}; in each the share of right ones is
 * compared with their mean score (Guo et al., On Calibration of Modern Neural Networks, 2017; for detections as hotcoco
 * does it: those that count, of all sizes, at one IoU threshold). Scores outside [0, 1] are no probabilities: they are
 * counted and left out.
 *
 * <p>Sums of scores are in units of 2⁻⁶², so they do not depend on the order. For one thread.
 */
public final class Calibration implements Serializable {

    /** Number of bins. */
    public static final int BINS = 10;

    private static final double UNIT = 0x1p31;

    private final long[] counts = new long[BINS];
    private final long[] right = new long[BINS];
    private final long[] high = new long[BINS];
    private final long[] low = new long[BINS];
    private long outside;

    /**
     * Creates a calibration from counts of scores in [0, 1] alone.
     *
     * @param counts detections, by bin
     * @param right those that found an object
     * @param high sum of {@link #high} of their scores
     * @param low sum of {@link #low} of their scores
     */
    public static Calibration of(long[] counts, long[] right, long[] high, long[] low) {
        Calibration calibration = new Calibration();
        System.arraycopy(counts, 0, calibration.counts, 0, BINS);
        System.arraycopy(right, 0, calibration.right, 0, BINS);
        System.arraycopy(high, 0, calibration.high, 0, BINS);
        System.arraycopy(low, 0, calibration.low, 0, BINS);
        return calibration;
    }

    /** Returns the bin of a score, or -1 if it lies outside [0, 1]. */
    public static int bin(double score) {
        return score >= 0 && score <= 1 ? Math.min(BINS - 1, (int) (score * BINS)) : -1;
    }

    /** Returns a score in [0, 1] in units of 2⁻³¹, rounded down. */
    public static long high(double score) {
        return (long) (score * UNIT);
    }

    /** Returns what {@link #high} leaves of a score in units of 2⁻⁶², rounded down. */
    public static long low(double score) {
        return (long) ((score * UNIT - high(score)) * UNIT);
    }

    /** Adds a detection that counts. */
    public void add(double score, boolean found) {
        int bin = bin(score);
        if (bin < 0) {
            outside++;
            return;
        }
        counts[bin]++;
        right[bin] += found ? 1 : 0;
        high[bin] += high(score);
        low[bin] += low(score);
    }

    /** Adds the counts of other detections. */
    public void add(Calibration other) {
        Arrays.setAll(counts, bin -> counts[bin] + other.counts[bin]);
        Arrays.setAll(right, bin -> right[bin] + other.right[bin]);
        Arrays.setAll(high, bin -> high[bin] + other.high[bin]);
        Arrays.setAll(low, bin -> low[bin] + other.low[bin]);
        outside += other.outside;
    }

    /**
     * The detections of similar scores.
     *
     * @param from least score
     * @param to the scores are less than this, in the last bin at most this
     * @param detections number of detections
     * @param right number of those that found an object
     * @param meanScore in [0, 1]; -1 if there are none
     */
    public record Bin(double from, double to, long detections, long right, double meanScore) {

        /** Returns the share of those that found an object, in [0, 1]; -1 if there are no detections. */
        public double precision() {
            return detections == 0 ? -1 : (double) right / detections;
        }

        /** Returns the difference between precision and mean score, in [0, 1]; 0 if there are no detections. */
        public double error() {
            return Math.abs(precision() - meanScore);
        }
    }

    /** Returns the bins by rising score. */
    public List<Bin> bins() {
        List<Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            double sum = high[bin] / UNIT + low[bin] / UNIT / UNIT;
            bins.add(new Bin(
                    (double) bin / BINS,
                    (bin + 1.0) / BINS,
                    counts[bin],
                    right[bin],
                    counts[bin] == 0 ? -1 : sum / counts[bin]));
        }
        return bins;
    }

    /** Returns the number of detections in the bins. */
    public long detections() {
        return Arrays.stream(counts).sum();
    }

    /** Returns the number of detections that are in no bin. */
    public long outside() {
        return outside;
    }

    /**
     * Returns the expected calibration error: the bins' errors weighted by their detections, in [0, 1]; -1 without
     * detections.
     */
    public double expectedError() {
        long all = detections();
        return all == 0
                ? -1
                : bins().stream()
                        .mapToDouble(bin -> bin.error() * bin.detections() / all)
                        .reduce(0, Double::sum);
    }

    /** Returns the maximum calibration error: that of the worst bin, in [0, 1]; -1 without detections. */
    public double maximumError() {
        return detections() == 0
                ? -1
                : bins().stream().mapToDouble(Bin::error).max().orElse(-1);
    }
}
