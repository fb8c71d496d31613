package dev.mnc.training.targets;

/** The choice of the ground truth that a box overlaps most. */
final class BestOverlap {

    private BestOverlap() {}

    /**
     * Returns the column of the largest number in one row of an IoU matrix, of equals the first.
     *
     * @param overlaps {@code [n, truths]} row-major
     * @param row index of the row
     * @param truths number of columns
     * @return in {@code 0 .. truths - 1}, or -1 if there are none
     */
    static int of(float[] overlaps, int row, int truths) {
        int best = truths == 0 ? -1 : 0;
        for (int g = 1; g < truths; g++) {
            if (overlaps[row * truths + g] > overlaps[row * truths + best]) {
                best = g;
            }
        }
        return best;
    }
}
