package dev.mnc.model.cascade;

import java.util.List;
import java.util.Locale;

/**
 * The boxes the region proposal network starts from: in every cell of the feature map one for each ratio and scale.
 *
 * <p>Source: {@code generate_anchors} of py-faster-rcnn, which the released MNC code calls. With base size 16, ratios
 * 0.5, 1, 2 and scales 8, 16, 32 the first box of cell (0, 0) is (-84, -40, 99, 55): boxes are centred in the window
 * (0, 0, 15, 15). The nine boxes in that source's comment are each 1 px larger in all four coordinates: they are those
 * of an older program that counts pixels from 1.
 *
 * @param stride distance between neighbouring cells, px of the network's input, at least 1
 * @param baseSize side of the square that ratios and scales are applied to, px, at least 1
 * @param ratios height over width, each finite and above 0; the outer loop
 * @param scales factors on the base size, each finite and above 0; the inner loop
 */
public record Anchors(int stride, int baseSize, List<Float> ratios, List<Float> scales) {

    public Anchors {
        if (stride < 1 || baseSize < 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "anchor stride and base size must be >= 1 px, got %d and %d", stride, baseSize));
        }
        ratios = requirePositive("ratios", ratios);
        scales = requirePositive("scales", scales);
    }

    private static List<Float> requirePositive(String name, List<Float> factors) {
        if (factors.isEmpty()) {
            throw new IllegalArgumentException("anchor " + name + " must hold at least one factor");
        }
        for (float factor : factors) {
            if (!(factor > 0 && factor < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("anchor " + name + " must be finite and > 0, got " + factors);
            }
        }
        return List.copyOf(factors);
    }

    /** Returns the number of anchors in one cell, A. */
    public int perCell() {
        return ratios.size() * scales.size();
    }

    /**
     * Returns the anchors of cell (0, 0).
     *
     * @return {@code [A, 4]} row-major, inclusive corners (x1, y1, x2, y2), px
     */
    public float[] base() {
        double centre = 0.5 * (baseSize - 1);
        float[] boxes = new float[perCell() * 4];
        int at = 0;
        for (float ratio : ratios) {
            double width = Math.rint(Math.sqrt((double) baseSize * baseSize / ratio));
            double height = Math.rint(width * ratio);
            for (float scale : scales) {
                double reachX = 0.5 * (width * scale - 1);
                double reachY = 0.5 * (height * scale - 1);
                boxes[at++] = (float) (centre - reachX);
                boxes[at++] = (float) (centre - reachY);
                boxes[at++] = (float) (centre + reachX);
                boxes[at++] = (float) (centre + reachY);
            }
        }
        return boxes;
    }

    /**
     * Returns the anchors of every cell of a feature map.
     *
     * @param rows cells of the map downwards, at least 0
     * @param columns cells to the right, at least 0
     * @return {@code [rows * columns * A, 4]} in the order (y, x, a), inclusive corners, px of the network's input
     */
    public float[] grid(int rows, int columns) {
        float[] base = base();
        float[] boxes = new float[Math.multiplyExact(Math.multiplyExact(rows, columns), base.length)];
        int at = 0;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                for (int k = 0; k < base.length; k += 2) {
                    boxes[at++] = base[k] + x * stride;
                    boxes[at++] = base[k + 1] + y * stride;
                }
            }
        }
        return boxes;
    }
}
