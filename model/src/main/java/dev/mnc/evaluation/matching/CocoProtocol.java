package dev.mnc.evaluation.matching;

/**
 * The constants of COCO's detection metrics, bit for bit as NumPy computes them in pycocotools ({@code Params} of
 * cocoeval.py): {@code linspace} multiplies by the step and sets the last value.
 */
public final class CocoProtocol {

    /** Number of IoU thresholds: 0.50, 0.55, … 0.95. */
    public static final int IOU_THRESHOLDS = 10;

    /** Number of recalls at which precision is read off: 0, 0.01, … 1. */
    public static final int RECALLS = 101;

    /** Detections of one category considered in one image. */
    public static final int MAX_DETECTIONS = 100;

    /** Added to the number of detections in precision; one perfect detection thus has 0.9999999999999998. */
    public static final double EPSILON = 0x1p-52;

    private CocoProtocol() {}

    /**
     * Returns an IoU threshold.
     *
     * @param index 0 .. 9
     */
    public static double iouThreshold(int index) {
        return index == IOU_THRESHOLDS - 1 ? 0.95 : 0.5 + index * ((0.95 - 0.5) / 9);
    }

    /**
     * Returns a recall.
     *
     * @param index 0 .. 100
     */
    public static double recall(int index) {
        return index == RECALLS - 1 ? 1 : index * 0.01;
    }

    /** COCO's max detections of a category in an image. */
    public enum Limit {
        ONE(0, 1),
        TEN(1, 10),
        HUNDRED(2, MAX_DETECTIONS);

        private final int index;
        private final int detections;

        Limit(int index, int detections) {
            this.index = index;
            this.detections = detections;
        }

        /** Returns the position among the constants, from 0. */
        public int index() {
            return index;
        }

        /** Returns the max detections. */
        public int detections() {
            return detections;
        }
    }
}
