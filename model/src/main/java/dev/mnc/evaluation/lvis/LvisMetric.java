package dev.mnc.evaluation.lvis;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.coco.AreaRange;
import dev.mnc.evaluation.coco.CategoryFigures;
import dev.mnc.evaluation.coco.CocoProtocol;
import dev.mnc.evaluation.coco.Measure;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The thirteen numbers of LVIS, in their usual order ({@code LVISEval.summarize}). */
public enum LvisMetric implements Measure {
    AP("AP", Kind.PRECISION, LvisMetric.EVERY, AreaRange.ALL, null),
    AP50("AP50", Kind.PRECISION, 0, AreaRange.ALL, null),
    AP75("AP75", Kind.PRECISION, 5, AreaRange.ALL, null),
    APS("APs", Kind.PRECISION, LvisMetric.EVERY, AreaRange.SMALL, null),
    APM("APm", Kind.PRECISION, LvisMetric.EVERY, AreaRange.MEDIUM, null),
    APL("APl", Kind.PRECISION, LvisMetric.EVERY, AreaRange.LARGE, null),
    APR("APr", Kind.PRECISION, LvisMetric.EVERY, AreaRange.ALL, Frequency.RARE),
    APC("APc", Kind.PRECISION, LvisMetric.EVERY, AreaRange.ALL, Frequency.COMMON),
    APF("APf", Kind.PRECISION, LvisMetric.EVERY, AreaRange.ALL, Frequency.FREQUENT),
    AR300("AR@300", Kind.RECALL, LvisMetric.EVERY, AreaRange.ALL, null),
    AR300S("ARs@300", Kind.RECALL, LvisMetric.EVERY, AreaRange.SMALL, null),
    AR300M("ARm@300", Kind.RECALL, LvisMetric.EVERY, AreaRange.MEDIUM, null),
    AR300L("ARl@300", Kind.RECALL, LvisMetric.EVERY, AreaRange.LARGE, null);

    private static final int EVERY = -1;

    private enum Kind {
        PRECISION,
        RECALL
    }

    private final String label;
    private final Kind kind;
    private final int threshold;
    private final AreaRange area;
    private final @Nullable Frequency frequency;

    LvisMetric(String label, Kind kind, int threshold, AreaRange area, @Nullable Frequency frequency) {
        this.label = label;
        this.kind = kind;
        this.threshold = threshold;
        this.area = area;
        this.frequency = frequency;
    }

    /** The usual name: {@code AP}, {@code APr}, {@code AR@300}. */
    public String label() {
        return label;
    }

    /** Whether it is a mean over the categories of one frequency only. */
    public boolean isOfOneFrequency() {
        return frequency != null;
    }

    /** Which categories it is the mean of. */
    Predicate<Frequency> frequencies() {
        return its -> frequency == null || frequency == its;
    }

    /**
     * The mean over the IoU thresholds (and recalls) for one category.
     *
     * @return in [0, 1], or -1 if the category has no object of this size
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
            sum += kind == Kind.RECALL ? category.recall(area.index(), 0, t) : category.averagePrecision(area, t);
        }
        return sum / (end - first);
    }

    /** The line of the table LVIS prints, with three decimals. */
    String line(double value) {
        String iou = threshold == EVERY
                ? "0.50:0.95"
                : String.format(Locale.ROOT, "%.2f", CocoProtocol.iouThreshold(threshold));
        return String.format(
                Locale.ROOT,
                " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d catIds=%3s] = %.3f",
                kind == Kind.PRECISION ? "Average Precision" : "Average Recall",
                kind == Kind.PRECISION ? "(AP)" : "(AR)",
                iou,
                area == AreaRange.ALL ? "all" : area.label().substring(0, 1),
                LvisLane.MAX_DETECTIONS,
                frequency == null ? "all" : frequency.letter(),
                value);
    }
}
