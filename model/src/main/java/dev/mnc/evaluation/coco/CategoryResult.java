package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.coco.CocoProtocol.Limit;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The curves and figures of one category. Precision is that of at most 100 detections of the category in an image, the
 * only one COCO reports; recall is known for each limit. Where there is nothing to be found every value is -1.
 */
public final class CategoryResult implements Serializable {

    private static final int AREAS = AreaRange.values().length;
    private static final int LIMITS = Limit.values().length;

    private final long categoryId;
    private final long detections;
    private final long[] positives = new long[AREAS];
    private final double[] precision = new double[AREAS * CocoProtocol.IOU_THRESHOLDS * CocoProtocol.RECALLS];
    private final double[] scores = new double[AREAS * CocoProtocol.IOU_THRESHOLDS * CocoProtocol.RECALLS];
    private final double[] recall = new double[AREAS * LIMITS * CocoProtocol.IOU_THRESHOLDS];

    CategoryResult(long categoryId, long detections, long[] positives) {
        this.categoryId = categoryId;
        this.detections = detections;
        System.arraycopy(positives, 0, this.positives, 0, AREAS);
        Arrays.fill(precision, -1);
        Arrays.fill(scores, -1);
        Arrays.fill(recall, -1);
    }

    void point(AreaRange area, int threshold, int recallIndex, double precisionThere, double score) {
        precision[curveIndex(area, threshold, recallIndex)] = precisionThere;
        scores[curveIndex(area, threshold, recallIndex)] = score;
    }

    void recall(AreaRange area, Limit limit, int threshold, double value) {
        recall[recallIndex(area, limit, threshold)] = value;
    }

    private static int curveIndex(AreaRange area, int threshold, int recallIndex) {
        return (area.index() * CocoProtocol.IOU_THRESHOLDS + threshold) * CocoProtocol.RECALLS + recallIndex;
    }

    private static int recallIndex(AreaRange area, Limit limit, int threshold) {
        return (area.index() * LIMITS + limit.index()) * CocoProtocol.IOU_THRESHOLDS + threshold;
    }

    /** The category. */
    public long categoryId() {
        return categoryId;
    }

    /** Detections considered: of each image at most 100. */
    public long detections() {
        return detections;
    }

    /** Objects there were to be found. */
    public long positives(AreaRange area) {
        return positives[area.index()];
    }

    /**
     * Precision at a recall, made falling from the right.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return in [0, 1], 0 where the recall is not reached, -1 if there are no positives
     */
    public double precision(AreaRange area, int threshold, int recallIndex) {
        return precision[curveIndex(area, threshold, recallIndex)];
    }

    /**
     * The score of the detection at which a recall is reached.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return any double, 0 where the recall is not reached, -1 if there are no positives
     */
    public double score(AreaRange area, int threshold, int recallIndex) {
        return scores[curveIndex(area, threshold, recallIndex)];
    }

    /**
     * The highest recall.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1], or -1 if there are no positives
     */
    public double recall(AreaRange area, Limit limit, int threshold) {
        return recall[recallIndex(area, limit, threshold)];
    }

    /**
     * Mean precision over the 101 recalls.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1], or -1 if there are no positives
     */
    public double averagePrecision(AreaRange area, int threshold) {
        double sum = 0;
        for (int r = 0; r < CocoProtocol.RECALLS; r++) {
            sum += precision(area, threshold, r);
        }
        return sum / CocoProtocol.RECALLS;
    }

    /** The twelve numbers for this category alone; -1 where there is nothing to be found. */
    public Map<Metric, Double> metrics() {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            metrics.put(metric, metric.of(this));
        }
        return metrics;
    }
}
