package dev.mnc.training.targets;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.SoftMask;

/**
 * Masks in the frame of a region: the targets of the mask head, and the IoU of its predictions.
 *
 * <p>Regions are inclusive corners (x1, y1, x2, y2) in px of the original image and are rounded half to even first.
 * Source: {@code mask_transform.py} of the released MNC code. Only pixels of the region count.
 */
public final class MaskTargets {

    private static final float FOREGROUND = 0.4f;

    private MaskTargets() {}

    /**
     * Returns the target of the mask head: the ground truth pasted into the region (0 outside the instance), resized as
     * {@code cv2.resize} does, and 1 from 0.4 on.
     *
     * @param roi {@code [4]}
     * @param truth the instance
     * @param size side of the head's mask
     * @return {@code [size, size]} row-major, 0 or 1
     */
    public static float[] target(float[] roi, InstanceBitmap truth, int size) {
        Frame frame = Frame.of(roi);
        BilinearAxis across = BilinearAxis.resize(frame.width(), size);
        BilinearAxis down = BilinearAxis.resize(frame.height(), size);
        float[] target = new float[size * size];
        for (int i = 0; i < size; i++) {
            int top = frame.y() + down.low(i);
            int bottom = frame.y() + down.high(i);
            for (int j = 0; j < size; j++) {
                int left = frame.x() + across.low(j);
                int right = frame.x() + across.high(j);
                double above = across.between(j, truth.at(left, top), truth.at(right, top));
                double below = across.between(j, truth.at(left, bottom), truth.at(right, bottom));
                target[i * size + j] = (float) down.between(i, above, below) >= FOREGROUND ? 1 : 0;
            }
        }
        return target;
    }

    /**
     * Returns the pixel IoU of a predicted mask and an instance, after the prediction is resized to the region and cut
     * at 0.4.
     *
     * @param maskProbabilities {@code [size, size]} row-major
     * @param size side of the predicted mask
     * @param roi {@code [4]}, the region it was predicted for
     * @param truth the instance
     * @return in [0, 1]
     */
    public static double iou(float[] maskProbabilities, int size, float[] roi, InstanceBitmap truth) {
        Frame frame = Frame.of(roi);
        BilinearAxis across = BilinearAxis.resize(size, frame.width());
        BilinearAxis down = BilinearAxis.resize(size, frame.height());
        SoftMask mask = new SoftMask(maskProbabilities, 0, size);
        float[] column = new float[frame.height()];
        int predicted = 0;
        int common = 0;
        for (int x = 0; x < frame.width(); x++) {
            mask.computeColumn(across, down, x, column);
            for (int y = 0; y < column.length; y++) {
                if (column[y] >= FOREGROUND) {
                    predicted++;
                    common += truth.at(frame.x() + x, frame.y() + y);
                }
            }
        }
        return common == 0 ? 0 : (double) common / (predicted + truth.area() - common);
    }

    /** A region in whole pixels; one that rounding turned inside out is 1 px wide. */
    private record Frame(int x, int y, int width, int height) {

        static Frame of(float[] roi) {
            int x = (int) Math.rint(roi[0]);
            int y = (int) Math.rint(roi[1]);
            int width = Math.max((int) Math.rint(roi[2]) - x + 1, 1);
            int height = Math.max((int) Math.rint(roi[3]) - y + 1, 1);
            return new Frame(x, y, width, height);
        }
    }
}
