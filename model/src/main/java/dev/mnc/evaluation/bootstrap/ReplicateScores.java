package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.scores.Calibration;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the scores of one category are worth in some replicates that follow each other: true and false positives above
 * each cut, and the bins of {@link Calibration}. Detections come by falling score, so all of a bin stand together, and
 * counts are differences of the counts that are kept along the ranking anyway; only the scores are summed up detection by
 * detection. Everything is a whole number, so parts of a ranking add up to the same in any order.
 */
final class ReplicateScores {

    /** Rows of a cut: true and false positives. */
    static final int CUT_ROWS = 2;

    /** Rows of a bin: detections, right ones, and both parts of the sum of scores. */
    static final int BIN_ROWS = 4;

    /** So many products of a score's parts, below 2^31, and a weight, at most 15, are summed up exactly. */
    private static final int EXACT = 1 << 18;

    private final int replicates;
    private final double[] cuts;
    /** {@code [row][replicate]}: those of the cuts, then those of the bins. */
    private final long[] rows;

    private final double[] high;
    private final double[] low;
    private int pending;
    private int bin;
    private int above;

    ReplicateScores(double[] cuts, int replicates) {
        this.cuts = cuts.clone();
        this.replicates = replicates;
        this.rows = new long[rows(cuts.length) * replicates];
        this.high = new double[replicates];
        this.low = new double[replicates];
    }

    static int rows(int cuts) {
        return cuts * CUT_ROWS + Calibration.BINS * BIN_ROWS;
    }

    static int firstRow(int cuts, int bin) {
        return cuts * CUT_ROWS + bin * BIN_ROWS;
    }

    /** Whether a score belongs elsewhere than the ones before it. */
    boolean leaves(double score) {
        return Calibration.bin(score) != bin || above(score) != above;
    }

    /** From now on scores are like this one. */
    void enter(double score) {
        bin = Calibration.bin(score);
        above = above(score);
    }

    private int above(double score) {
        int bits = 0;
        for (int cut = 0; cut < cuts.length; cut++) {
            bits |= score >= cuts[cut] ? 1 << cut : 0;
        }
        return bits;
    }

    /** Takes the score of a detection that counts. */
    void add(double score, double[] drawn) {
        if (bin < 0) {
            return;
        }
        double upper = Calibration.high(score);
        double lower = Calibration.low(score);
        double[] uppers = high;
        double[] lowers = low;
        for (int i = 0; i < drawn.length; i++) {
            uppers[i] += upper * drawn[i];
            lowers[i] += lower * drawn[i];
        }
        if (++pending == EXACT) {
            settle();
        }
    }

    private void settle() {
        if (pending > 0) {
            addRow(firstRow(cuts.length, bin) + 2, high);
            addRow(firstRow(cuts.length, bin) + 3, low);
            Arrays.fill(high, 0);
            Arrays.fill(low, 0);
            pending = 0;
        }
    }

    /** Takes how many true and false positives there were since the last {@link #enter}. */
    void leave(double[] truePositives, double[] falsePositives) {
        settle();
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
    }

    private void addRow(int row, double[] values) {
        for (int i = 0; i < replicates; i++) {
            rows[row * replicates + i] += (long) values[i];
        }
    }

    /** All numbers, {@code [row][replicate]}; the array itself. */
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
