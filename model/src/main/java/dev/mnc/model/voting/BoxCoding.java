package dev.mnc.model.voting;

import java.util.Locale;

/**
 * The box arithmetic of the cascade: the regression code between boxes, clipping, and IoU.
 *
 * <p>A box array is {@code [n, 4]} row-major, (x1, y1, x2, y2) in px. Both corners belong to the box, so its width is
 * x2 - x1 + 1. Sources: {@code bbox_transform.py} and {@code bbox.pyx} of the released MNC code.
 */
public final class BoxCoding {

    private BoxCoding() {}

    /**
     * Returns the deltas (dx, dy, dw, dh) that lead from each box to its target: the shift of the centre over the box's
     * size, and the logarithm of the ratio of sizes.
     *
     * @param boxes {@code [n, 4]}
     * @param targets {@code [n, 4]}
     * @return {@code [n, 4]}, not normalised
     */
    public static float[] encode(float[] boxes, float[] targets) {
        requireSameCount(boxes, targets);
        float[] deltas = new float[boxes.length];
        for (int i = 0; i < boxes.length; i += 4) {
            for (int axis = i; axis < i + 2; axis++) {
                double size = (double) boxes[axis + 2] - boxes[axis] + 1;
                double targetSize = (double) targets[axis + 2] - targets[axis] + 1;
                double shift = targets[axis] + 0.5 * targetSize - (boxes[axis] + 0.5 * size);
                deltas[axis] = (float) (shift / size);
                deltas[axis + 2] = (float) Math.log(targetSize / size);
            }
        }
        return deltas;
    }

    /**
     * Returns the boxes that deltas lead to. As in the released code nothing is subtracted at the far corner, so
     * decoding an encoded target gives x2 and y2 one px beyond it.
     *
     * @param boxes {@code [n, 4]}
     * @param deltas {@code [n, 4]}, not normalised
     * @return {@code [n, 4]}, not clipped
     */
    public static float[] decode(float[] boxes, float[] deltas) {
        requireSameCount(boxes, deltas);
        float[] decoded = new float[boxes.length];
        for (int i = 0; i < boxes.length; i += 4) {
            for (int axis = i; axis < i + 2; axis++) {
                double size = (double) boxes[axis + 2] - boxes[axis] + 1;
                double centre = boxes[axis] + 0.5 * size + deltas[axis] * size;
                double reach = 0.5 * Math.exp(deltas[axis + 2]) * size;
                decoded[axis] = (float) (centre - reach);
                decoded[axis + 2] = (float) (centre + reach);
            }
        }
        return decoded;
    }

    /**
     * Moves every corner into the image, in place.
     *
     * @param boxes {@code [n, 4]}
     * @param height rows of the image, px; y becomes a value in [0, height - 1]
     * @param width columns of the image, px; x becomes a value in [0, width - 1]
     */
    public static void clip(float[] boxes, float height, float width) {
        for (int i = 0; i < boxes.length; i += 2) {
            boxes[i] = Math.max(Math.min(boxes[i], width - 1), 0);
            boxes[i + 1] = Math.max(Math.min(boxes[i + 1], height - 1), 0);
        }
    }

    /**
     * Returns the intersection over union of every pair.
     *
     * @param a {@code [A, 4]}
     * @param b {@code [B, 4]}
     * @return {@code [A, B]} row-major, in [0, 1]
     */
    public static float[] iou(float[] a, float[] b) {
        int rows = a.length / 4;
        int columns = b.length / 4;
        float[] overlaps = new float[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                overlaps[i * columns + j] = iou(a, i, b, j);
            }
        }
        return overlaps;
    }

    /**
     * Returns the intersection over union of box number {@code i} of {@code a} and box number {@code j} of {@code b}.
     */
    public static float iou(float[] a, int i, float[] b, int j) {
        int p = 4 * i;
        int q = 4 * j;
        double width = (double) Math.min(a[p + 2], b[q + 2]) - Math.max(a[p], b[q]) + 1;
        double height = (double) Math.min(a[p + 3], b[q + 3]) - Math.max(a[p + 1], b[q + 1]) + 1;
        if (!(width > 0 && height > 0)) {
            return 0;
        }
        double intersection = width * height;
        return (float) (intersection / (area(a, p) + area(b, q) - intersection));
    }

    private static double area(float[] boxes, int at) {
        return ((double) boxes[at + 2] - boxes[at] + 1) * ((double) boxes[at + 3] - boxes[at + 1] + 1);
    }

    private static void requireSameCount(float[] boxes, float[] others) {
        if (boxes.length != others.length || boxes.length % 4 != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "both arrays must be [n, 4] with the same n, got %d and %d numbers",
                    boxes.length,
                    others.length));
        }
    }
}
