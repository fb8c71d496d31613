package dev.mnc.geometry;

import java.io.Serializable;
import java.util.Locale;

/**
 * An axis-aligned rectangle on the image plane, in pixels, as COCO writes it.
 *
 * <p>Coordinates are continuous: the pixel in column 0 covers [0, 1), so a box drawn tightly around one pixel has width
 * 1. Inside the cascade the convention of the MNC code is used instead (corners that both belong to the box);
 * {@link #ofInclusiveCorners} converts.
 *
 * @param x left edge, px from the image's left border, finite
 * @param y top edge, px from the image's top border, finite
 * @param width extent to the right, px, finite and at least 0
 * @param height extent downwards, px, finite and at least 0
 */
public record Box(double x, double y, double width, double height) implements Serializable {

    public Box {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "box origin must be finite, got (%s, %s)", x, y));
        }
        if (!(width >= 0 && width < Double.POSITIVE_INFINITY && height >= 0 && height < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "box extent must be finite and >= 0, got %s x %s", width, height));
        }
    }

    /** Returns the box of inclusive corners: the pixel (x2, y2) belongs to it. */
    public static Box ofInclusiveCorners(double x1, double y1, double x2, double y2) {
        return new Box(x1, y1, x2 - x1 + 1, y2 - y1 + 1);
    }

    /** Returns width times height, px². */
    public double area() {
        return width * height;
    }

    /**
     * Returns the intersection over union with a ground-truth box, in the order of operations of pycocotools
     * ({@code bbIou} in maskApi.c), so that values at a threshold fall on the same side.
     *
     * @param truth the ground truth
     * @param crowd whether {@code truth} is a crowd region: then the union is this box alone
     * @return a value in [0, 1]; 0 when the boxes do not overlap
     */
    public double iou(Box truth, Overlap crowd) {
        double overlapWidth = Math.min(width + x, truth.width + truth.x) - Math.max(x, truth.x);
        if (overlapWidth <= 0) {
            return 0;
        }
        double overlapHeight = Math.min(height + y, truth.height + truth.y) - Math.max(y, truth.y);
        if (overlapHeight <= 0) {
            return 0;
        }
        double intersection = overlapWidth * overlapHeight;
        double union = crowd == Overlap.CROWD ? area() : area() + truth.area() - intersection;
        return intersection / union;
    }
}
