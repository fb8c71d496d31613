package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.shapes.Compat;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a detection finds an object: IoU thresholds, area ranges and max detections.
 *
 * <p>Every pair of an area range and an IoU threshold has one bit in the sets that {@link ImageMatch} gives: bit
 * {@code area * thresholds + threshold}. So there can be 64 pairs.
 */
public final class MatchRules implements Serializable {

    /**
     * pycocotools' upper bound of thresholds, so that equal masks reach a threshold of 1 in spite of rounding errors.
     */
    private static final double ALMOST_ONE = 1 - 1e-10;

    /** The most that fits a rank of two bytes. */
    private static final int MOST_DETECTIONS = 65535;

    private final double[] thresholds;
    private final double[] smallest;
    private final double[] largest;
    private final int[] limits;
    private final Compat compat;
    private final RecallSteps recalls;

    /**
     * Creates rules with COCO's recalls.
     *
     * @param thresholds IoU thresholds, rising
     * @param smallest least area of each area range, px²
     * @param largest greatest area of each area range, px²; it belongs to the range
     * @param limits max detections of one category in one image, rising, at least 1 and at most 65535; recall is
     *     computed for each, precision for the last
     * @param compat the answer that is given where pycocotools is wrong
     */
    public MatchRules(double[] thresholds, double[] smallest, double[] largest, int[] limits, Compat compat) {
        this(thresholds, smallest, largest, limits, compat, RecallSteps.MULTIPLES);
    }

    private MatchRules(
            double[] thresholds,
            double[] smallest,
            double[] largest,
            int[] limits,
            Compat compat,
            RecallSteps recalls) {
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
        for (int i = 0; i < Math.max(1, limits.length); i++) {
            int least = i == 0 ? 1 : limits[i - 1] + 1;
            if (limits.length == 0 || limits[i] < least || limits[i] > MOST_DETECTIONS) {
                throw new IllegalArgumentException("the limits on detections must rise from at least 1 to at most "
                        + MOST_DETECTIONS + ", got " + Arrays.toString(limits));
            }
        }
        this.thresholds = new double[thresholds.length];
        for (int t = 0; t < thresholds.length; t++) {
            this.thresholds[t] = Math.min(thresholds[t], ALMOST_ONE);
        }
        this.smallest = smallest.clone();
        this.largest = largest.clone();
        this.limits = limits.clone();
        this.compat = requireNonNull(compat, "compat");
        this.recalls = requireNonNull(recalls, "recalls");
    }

    /** Returns these rules with other recalls at which precision is read off. */
    public MatchRules with(RecallSteps others) {
        return new MatchRules(thresholds, smallest, largest, limits, compat, others);
    }

    /** Returns COCO's rules: ten IoU thresholds, four area ranges and 100 detections. */
    public static MatchRules coco(Compat compat) {
        double[] thresholds = new double[CocoProtocol.IOU_THRESHOLDS];
        Arrays.setAll(thresholds, CocoProtocol::iouThreshold);
        AreaRange[] areas = AreaRange.values();
        return new MatchRules(
                thresholds,
                Arrays.stream(areas).mapToDouble(AreaRange::from).toArray(),
                Arrays.stream(areas).mapToDouble(AreaRange::to).toArray(),
                Arrays.stream(Limit.values()).mapToInt(Limit::detections).toArray(),
                compat);
    }

    /** Returns these rules with a single max detections of one category in one image. */
    public MatchRules upTo(int limit) {
        return new MatchRules(thresholds, smallest, largest, new int[] {limit}, compat, recalls);
    }

    /** Returns the number of IoU thresholds. */
    public int thresholds() {
        return thresholds.length;
    }

    /** Returns an IoU threshold. */
    public double threshold(int index) {
        return thresholds[index];
    }

    /** Returns the index of the IoU threshold closest to an IoU; the lower of two. */
    public int closest(double overlap) {
        int closest = 0;
        for (int t = 1; t < thresholds.length; t++) {
            closest = Math.abs(thresholds[t] - overlap) < Math.abs(thresholds[closest] - overlap) ? t : closest;
        }
        return closest;
    }

    /** Returns the number of area ranges. */
    public int areas() {
        return smallest.length;
    }

    /** Returns COCO's name of an area range, or its bounds in px² if COCO has none like it. */
    public String areaName(int area) {
        for (AreaRange range : AreaRange.values()) {
            if (range.from() == smallest[area] && range.to() == largest[area]) {
                return range.label();
            }
        }
        return String.format(Locale.ROOT, "%.0f..%.0f", smallest[area], largest[area]);
    }

    /** Returns whether an object of this many px² belongs to an area range. */
    public boolean holds(int area, double size) {
        return !(size < smallest[area] || size > largest[area]);
    }

    /** Returns the greatest max detections of one category in one image. */
    public int maxDetections() {
        return limits[limits.length - 1];
    }

    /** Returns the number of max detections. */
    public int limits() {
        return limits.length;
    }

    /** Returns one of the max detections; the last is {@link #maxDetections}. */
    public int limit(int index) {
        return limits[index];
    }

    /** Returns which answer is given where pycocotools is wrong. */
    public Compat compat() {
        return compat;
    }

    /** Returns how the recalls at which precision is read off are computed. */
    public RecallSteps recalls() {
        return recalls;
    }

    /** Returns the bits of all pairs. */
    public long everything() {
        return -1L >>> (Long.SIZE - thresholds.length * smallest.length);
    }

    /** Returns the bits of the pairs whose area range an object does not belong to. */
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MatchRules rules
                && Arrays.equals(thresholds, rules.thresholds)
                && Arrays.equals(smallest, rules.smallest)
                && Arrays.equals(largest, rules.largest)
                && Arrays.equals(limits, rules.limits)
                && compat == rules.compat
                && recalls == rules.recalls;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(thresholds), Arrays.hashCode(smallest), Arrays.hashCode(largest));
    }
}
