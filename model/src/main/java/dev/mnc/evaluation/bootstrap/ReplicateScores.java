package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.scores.Calibration;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The figures of the scores of one category in consecutive replicates: true and false positives above each cut, and the
 * bins of {@link Calibration}. Detections come by falling score, so all of a bin stand together, and counts are
 * differences of the counts along the ranking, which are computed anyway; only the scores are summed up detection by
 * detection. Everything is a whole number, so parts of a ranking add up to the same in any order.
 */
final class ReplicateScores {

    /** Rows of a cut: true and false positives. */
    static final int CUT_ROWS = 2;

    /** Rows of a bin: detections, right ones, and both parts of the sum of scores. */
    static final int BIN_ROWS = 4;

    /**
     * The number of products of a score's part, below 2^31, and a weight, at most 15, that a double sums up exactly.
     */
    private static final int EXACT = 1 << 18;

    private final int replicates;
    private final double[] cuts;
    /** Returns all numbers, {@code [row][replicate]}; the array itself. */
    private final long[] rows;

    private final double[] high;
    private final double[] low;
    private int pending;
    /**
     * True while a group of detections of similar scores is open; then its bin, its cuts and the counts before it follow.
     */
    private boolean open;

    private int bin;
    private int above;
    private final double[] right;
    private final double[] wrong;

    ReplicateScores(double[] cuts, int replicates) {
        this.cuts = cuts.clone();
        this.replicates = replicates;
        this.rows = new long[rows(cuts.length) * replicates];
        this.high = new double[replicates];
        this.low = new double[replicates];
        this.right = new double[replicates];
        this.wrong = new double[replicates];
    }

    static int rows(int cuts) {
        return cuts * CUT_ROWS + Calibration.BINS * BIN_ROWS;
    }

    static int firstRow(int cuts, int bin) {
        return cuts * CUT_ROWS + bin * BIN_ROWS;
    }

    /** The true and false positives so far, by replicate. */
    interface Totals {
        /** Writes the totals into two arrays. */
        void copy(double[] right, double[] wrong);
    }

    /**
     * Adds a detection that counts, before it is counted in the totals.
     *
     * @param drawn its weight in each replicate
     */
    void add(double score, double[] drawn, Totals totals) {
        int nextBin = Calibration.bin(score);
        int nextAbove = above(score);
        if (!open || nextBin != bin || nextAbove != above) {
            end(totals);
            bin = nextBin;
            above = nextAbove;
            totals.copy(right, wrong);
            open = true;
        }
        if (bin >= 0) {
            sum(score, drawn);
        }
    }

    private int above(double score) {
        int bits = 0;
        for (int cut = 0; cut < cuts.length; cut++) {
            bits |= score >= cuts[cut] ? 1 << cut : 0;
        }
        return bits;
    }

    private void sum(double score, double[] drawn) {
        double upper = Calibration.high(score);
        double lower = Calibration.low(score);
        double[] uppers = high;
        double[] lowers = low;
        for (int i = 0; i < drawn.length; i++) {
            uppers[i] += upper * drawn[i];
            lowers[i] += lower * drawn[i];
        }
        if (++pending == EXACT) {
            flush();
        }
    }

    private void flush() {
        if (pending > 0) {
            addRow(firstRow(cuts.length, bin) + 2, high);
            addRow(firstRow(cuts.length, bin) + 3, low);
            Arrays.fill(high, 0);
            Arrays.fill(low, 0);
            pending = 0;
        }
    }

    /** Ends a part of the ranking. */
    void end(Totals totals) {
        if (!open) {
            return;
        }
        double[] truePositives = new double[replicates];
        double[] falsePositives = new double[replicates];
        totals.copy(truePositives, falsePositives);
        Arrays.setAll(truePositives, i -> truePositives[i] - right[i]);
        Arrays.setAll(falsePositives, i -> falsePositives[i] - wrong[i]);
        flush();
        for (int cut = 0; cut < cuts.length; cut++) {
            if ((above >>> cut & 1) != 0) {
                addRow(cut * CUT_ROWS, truePositives);
                addRow(cut * CUT_ROWS + 1, falsePositives);
            }
        }
        if (bin >= 0) {
            int first = firstRow(cuts.length, bin);
            addRow(first, truePositives);
            addRow(first, falsePositives);
            addRow(first + 1, truePositives);
        }
        open = false;
    }

    private void addRow(int row, double[] values) {
        for (int i = 0; i < replicates; i++) {
            rows[row * replicates + i] += (long) values[i];
        }
    }

    /** Returns all numbers, {@code [row][replicate]}; the array itself. */
    long[] rows() {
        return rows;
    }

    void write(ByteBuffer bytes) {
        for (long value : rows) {
            bytes.putLong(value);
        }
    }

    void addFrom(ByteBuffer bytes) {
        for (int i = 0; i < rows.length; i++) {
            rows[i] += bytes.getLong();
        }
    }
}
