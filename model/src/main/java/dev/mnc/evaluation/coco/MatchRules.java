package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.shapes.Compat;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * What counts as found: overlaps that are enough, sizes that are told apart, and how many detections are looked at.
 *
 * <p>Every pair of a size range and an overlap has one bit in the sets that {@link ImageMatch} gives: bit
 * {@code area * thresholds + threshold}. So there can be 64 pairs.
 */
public final class MatchRules implements Serializable {

    /** Two masks of one overlap this much at least when the threshold is 1 or more. */
    private static final double ALMOST_ONE = 1 - 1e-10;

    private final double[] thresholds;
    private final double[] smallest;
    private final double[] largest;
    private final int maxDetections;
    private final Compat compat;

    /**
     * @param thresholds overlaps that are enough, rising
     * @param smallest least area of each size range, px²
     * @param largest greatest area of each size range, px²; it belongs to the range
     * @param maxDetections of one category in one image, at least 1
     * @param compat whose answer is given where pycocotools is wrong
     */
    public MatchRules(double[] thresholds, double[] smallest, double[] largest, int maxDetections, Compat compat) {
        if (thresholds.length == 0 || smallest.length == 0 || smallest.length != largest.length) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "matching needs overlaps and size ranges, got %s, from %s to %s",
                    Arrays.toString(thresholds),
                    Arrays.toString(smallest),
                    Arrays.toString(largest)));
        }
        if (thresholds.length * smallest.length > Long.SIZE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d overlaps and %d size ranges are %d pairs; at most 64 are possible",
                    thresholds.length,
                    smallest.length,
                    thresholds.length * smallest.length));
        }
        if (maxDetections < 1) {
            throw new IllegalArgumentException("the limit on detections must be at least 1, got " + maxDetections);
        }
        this.thresholds = new double[thresholds.length];
        for (int t = 0; t < thresholds.length; t++) {
            this.thresholds[t] = Math.min(thresholds[t], ALMOST_ONE);
        }
        this.smallest = smallest.clone();
        this.largest = largest.clone();
        this.maxDetections = maxDetections;
        this.compat = requireNonNull(compat, "compat");
    }

    /** COCO's ten overlaps, four size ranges and 100 detections. */
    public static MatchRules coco(Compat compat) {
        double[] thresholds = new double[CocoProtocol.IOU_THRESHOLDS];
        Arrays.setAll(thresholds, CocoProtocol::iouThreshold);
        AreaRange[] areas = AreaRange.values();
        return new MatchRules(
                thresholds,
                Arrays.stream(areas).mapToDouble(AreaRange::from).toArray(),
                Arrays.stream(areas).mapToDouble(AreaRange::to).toArray(),
                CocoProtocol.MAX_DETECTIONS,
                compat);
    }

    /** Number of overlaps. */
    public int thresholds() {
        return thresholds.length;
    }

    /** An overlap that is enough. */
    public double threshold(int index) {
        return thresholds[index];
    }

    /** Number of size ranges. */
    public int areas() {
        return smallest.length;
    }

    /** Whether an object of this many px² belongs to a size range. */
    public boolean holds(int area, double size) {
        return !(size < smallest[area] || size > largest[area]);
    }

    /** Detections of one category looked at in one image. */
    public int maxDetections() {
        return maxDetections;
    }

    /** Whose answer is given where pycocotools is wrong. */
    public Compat compat() {
        return compat;
    }

    /** All bits in use. */
    public long everything() {
        return -1L >>> (Long.SIZE - thresholds.length * smallest.length);
    }

    /** The bits of the size ranges an object does not belong to. */
    long outside(double size) {
        long bits = 0;
        long every = -1L >>> (Long.SIZE - thresholds.length);
        for (int area = 0; area < smallest.length; area++) {
            if (!holds(area, size)) {
                bits |= every << (area * thresholds.length);
            }
        }
        return bits;
    }
}
