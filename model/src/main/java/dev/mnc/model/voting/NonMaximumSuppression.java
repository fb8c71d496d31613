package dev.mnc.model.voting;

import java.util.Arrays;
import java.util.Locale;

/**
 * The greedy suppression of boxes that overlap a better one.
 *
 * <p>Source: the GPU path of the released MNC code, which suppresses above the threshold; its CPU path suppresses at
 * the threshold too.
 */
public final class NonMaximumSuppression {

    private NonMaximumSuppression() {}

    /**
     * Selects boxes from the highest score down, each unless its IoU with one already selected is above the threshold.
     *
     * @param boxes {@code [n, 4]} inclusive corners, px
     * @param scores {@code [n]}, not NaN; of equal scores the lower index comes first
     * @param iouThreshold in [0, 1]; an IoU equal to it does not suppress
     * @param limit most boxes to select, at least 0
     * @return indices of the selected boxes, the highest score first
     */
    public static int[] select(float[] boxes, float[] scores, float iouThreshold, int limit) {
        if (boxes.length != 4 * scores.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "boxes must be [n, 4] and scores [n], got %d and %d numbers",
                    boxes.length,
                    scores.length));
        }
        int[] selected = new int[Math.min(limit, scores.length)];
        int count = 0;
        for (int candidate : byScore(scores)) {
            if (count == selected.length) {
                break;
            }
            boolean free = true;
            for (int k = 0; free && k < count; k++) {
                free = BoxCoding.iou(boxes, selected[k], boxes, candidate) <= iouThreshold;
            }
            if (free) {
                selected[count++] = candidate;
            }
        }
        return Arrays.copyOf(selected, count);
    }

    /** Returns the indices from the highest score to the lowest, equal scores in the order of their indices. */
    static int[] byScore(float[] scores) {
        long[] keys = new long[scores.length];
        for (int i = 0; i < scores.length; i++) {
            if (Float.isNaN(scores[i])) {
                throw new IllegalArgumentException("score " + i + " is NaN; the model's output cannot be used");
            }
            int bits = Float.floatToIntBits(scores[i] + 0.0f);
            // Ascending as an integer where the float descends.
            int rank = bits >= 0 ? ~bits : bits & Integer.MAX_VALUE;
            keys[i] = ((long) rank << 32) | i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }
}
