package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.bootstrap.ReplicateRequest.Cut;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.ScoreThreshold;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The numbers of one category in each replicate; NaN where the replicate has nothing to be found. */
public final class CategoryReplicates implements Serializable {

    private final long categoryId;
    private final int replicates;
    private final double[] values;
    /** The rows of {@link ReplicateScores}; empty if they were not requested. */
    private final long[] scores;
    /** Objects to be found, of all sizes. */
    private final long[] positives;

    CategoryReplicates(long categoryId, double[] values, long[] scores, long[] positives) {
        this.categoryId = categoryId;
        this.replicates = positives.length;
        this.values = values;
        this.scores = scores;
        this.positives = positives;
    }

    /**
     * Creates replicates from numbers.
     *
     * @param values {@code [number][replicate]}, NaN where there is nothing to be found
     */
    public static CategoryReplicates of(long categoryId, double[][] values) {
        double[] rows = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
        return new CategoryReplicates(categoryId, rows, new long[0], new long[values[0].length]);
    }

    /** Joins blocks of consecutive replicates of one category. */
    public static CategoryReplicates joined(List<CategoryReplicates> blocks) {
        CategoryReplicates head = blocks.get(0);
        int replicates = blocks.stream().mapToInt(block -> block.replicates).sum();
        double[] values = new double[head.values.length / head.replicates * replicates];
        long[] scores = new long[head.scores.length / head.replicates * replicates];
        long[] positives = new long[replicates];
        int first = 0;
        for (CategoryReplicates block : blocks) {
            if (block.categoryId != head.categoryId) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "replicates of category %d cannot follow those of category %d",
                        block.categoryId,
                        head.categoryId));
            }
            for (int row = 0; row * replicates < values.length; row++) {
                System.arraycopy(
                        block.values, row * block.replicates, values, row * replicates + first, block.replicates);
            }
            for (int row = 0; row * replicates < scores.length; row++) {
                System.arraycopy(
                        block.scores, row * block.replicates, scores, row * replicates + first, block.replicates);
            }
            System.arraycopy(block.positives, 0, positives, first, block.replicates);
            first += block.replicates;
        }
        return new CategoryReplicates(head.categoryId, values, scores, positives);
    }

    /** Returns the category id. */
    public long categoryId() {
        return categoryId;
    }

    /** Returns the number of replicates. */
    public int replicates() {
        return replicates;
    }

    /**
     * Returns a number in each replicate.
     *
     * @param number index of the number, from 0
     */
    public double[] values(int number) {
        return Arrays.copyOfRange(values, number * replicates, (number + 1) * replicates);
    }

    /**
     * Returns the counts at a score threshold in a replicate; the score was chosen once, for the point estimate.
     *
     * @param score the score
     */
    public ScoreThreshold threshold(Cut cut, double score, int replicate) {
        int row = cut.index() * ReplicateScores.CUT_ROWS;
        return new ScoreThreshold(score, scored(row, replicate), scored(row + 1, replicate), positives[replicate]);
    }

    /** Returns the calibration of the scores in a replicate. */
    public Calibration calibration(int replicate) {
        long[][] bins = new long[ReplicateScores.BIN_ROWS][Calibration.BINS];
        for (int bin = 0; bin < Calibration.BINS; bin++) {
            int row = ReplicateScores.firstRow(Cut.values().length, bin);
            for (int field = 0; field < bins.length; field++) {
                bins[field][bin] = scored(row + field, replicate);
            }
        }
        return Calibration.of(bins[0], bins[1], bins[2], bins[3]);
    }

    private long scored(int row, int replicate) {
        return scores[row * replicates + replicate];
    }
}
