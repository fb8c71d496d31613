package dev.mnc.evaluation.curves;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import java.util.Locale;

/**
 * The average precision or recall of a category in one area range, over consecutive IoU thresholds: all of them, or
 * one.
 *
 * @param kind precision or recall
 * @param area index of the area range
 * @param limit index of the max detections of recall; precision always has the last
 * @param first index of the first IoU threshold
 * @param end exclusive index of the last IoU threshold
 */
public record Average(Kind kind, int area, int limit, int first, int end) implements Measure {

    /** The quantity that is averaged. */
    public enum Kind {
        PRECISION("Average Precision", "(AP)"),
        RECALL("Average Recall", "(AR)");

        private final String label;
        private final String letters;

        Kind(String label, String letters) {
            this.label = label;
            this.letters = letters;
        }
    }

    /** The value of {@code threshold} that stands for COCO's ten IoU thresholds together. */
    public static final int EVERY = -1;

    public Average {
        requireNonNull(kind, "kind");
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException(
                    "an average needs an overlap from 0 on, got those from " + first + " to before " + end);
        }
    }

    /**
     * Returns an average over COCO's IoU thresholds and area ranges.
     *
     * @param threshold index of the IoU threshold, 0 .. 9, or {@link #EVERY}
     */
    public static Average coco(Kind kind, int threshold, AreaRange area, int limit) {
        return threshold == EVERY
                ? new Average(kind, area.index(), limit, 0, CocoProtocol.IOU_THRESHOLDS)
                : new Average(kind, area.index(), limit, threshold, threshold + 1);
    }

    /**
     * Returns the mean over the IoU thresholds (and recalls) for one category.
     *
     * @return in [0, 1], or -1 if the category has no ground truth of this size
     */
    @Override
    public double of(CategoryFigures category) {
        if (category.positives(area) == 0) {
            return -1;
        }
        double sum = 0;
        for (int t = first; t < end; t++) {
            sum += kind == Kind.RECALL ? category.recall(area, limit, t) : category.averagePrecision(area, t);
        }
        return sum / (end - first);
    }

    /**
     * Returns a line of the tables of pycocotools and lvis-api ({@code summarize}), with three decimals.
     *
     * @param area what the table calls the area range
     * @param limits what it says about detections and categories
     */
    public String line(String area, String limits, double value) {
        String iou =
                end - first > 1 ? "0.50:0.95" : String.format(Locale.ROOT, "%.2f", CocoProtocol.iouThreshold(first));
        return String.format(
                Locale.ROOT,
                " %-18s %s @[ IoU=%-9s | area=%6s | %s] = %.3f",
                kind.label,
                kind.letters,
                iou,
                area,
                limits,
                value);
    }
}
