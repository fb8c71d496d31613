package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.coco.CocoProtocol.Limit;
import java.util.Locale;

/** The twelve numbers of a COCO evaluation, in their usual order; the constants' names are the usual ones as well. */
public enum Metric implements Measure {
    AP(0, Kind.PRECISION, Metric.EVERY, AreaRange.ALL, Limit.HUNDRED),
    AP50(1, Kind.PRECISION, 0, AreaRange.ALL, Limit.HUNDRED),
    AP75(2, Kind.PRECISION, 5, AreaRange.ALL, Limit.HUNDRED),
    APs(3, Kind.PRECISION, Metric.EVERY, AreaRange.SMALL, Limit.HUNDRED),
    APm(4, Kind.PRECISION, Metric.EVERY, AreaRange.MEDIUM, Limit.HUNDRED),
    APl(5, Kind.PRECISION, Metric.EVERY, AreaRange.LARGE, Limit.HUNDRED),
    AR1(6, Kind.RECALL, Metric.EVERY, AreaRange.ALL, Limit.ONE),
    AR10(7, Kind.RECALL, Metric.EVERY, AreaRange.ALL, Limit.TEN),
    AR100(8, Kind.RECALL, Metric.EVERY, AreaRange.ALL, Limit.HUNDRED),
    ARs(9, Kind.RECALL, Metric.EVERY, AreaRange.SMALL, Limit.HUNDRED),
    ARm(10, Kind.RECALL, Metric.EVERY, AreaRange.MEDIUM, Limit.HUNDRED),
    ARl(11, Kind.RECALL, Metric.EVERY, AreaRange.LARGE, Limit.HUNDRED);

    private static final int EVERY = -1;

    private enum Kind {
        PRECISION,
        RECALL
    }

    private final int index;
    private final Kind kind;
    private final int threshold;
    private final AreaRange area;
    private final Limit limit;

    Metric(int index, Kind kind, int threshold, AreaRange area, Limit limit) {
        this.index = index;
        this.kind = kind;
        this.threshold = threshold;
        this.area = area;
        this.limit = limit;
    }

    /** Position among the numbers, from 0. */
    public int index() {
        return index;
    }

    /**
     * The mean over the IoU thresholds (and recalls) for one category.
     *
     * @return in [0, 1], or -1 if the category has no ground truth of this size
     */
    @Override
    public double of(CategoryFigures category) {
        if (category.positives(area) == 0) {
            return -1;
        }
        int first = threshold == EVERY ? 0 : threshold;
        int end = threshold == EVERY ? CocoProtocol.IOU_THRESHOLDS : threshold + 1;
        double sum = 0;
        for (int t = first; t < end; t++) {
            sum += kind == Kind.RECALL ? category.recall(area, limit, t) : category.averagePrecision(area, t);
        }
        return sum / (end - first);
    }

    /** The line of pycocotools' table ({@code COCOeval.summarize}), with three decimals. */
    public String line(double value) {
        String iou = threshold == EVERY
                ? "0.50:0.95"
                : String.format(Locale.ROOT, "%.2f", CocoProtocol.iouThreshold(threshold));
        return String.format(
                Locale.ROOT,
                " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d ] = %.3f",
                kind == Kind.PRECISION ? "Average Precision" : "Average Recall",
                kind == Kind.PRECISION ? "(AP)" : "(AR)",
                iou,
                area.label(),
                limit.detections(),
                value);
    }
}
