package dev.mnc.evaluation.scores;

import java.io.Serializable;
import java.util.Locale;

/**
 * The goal that thresholds on scores are to achieve.
 *
 * @param iou IoU threshold that makes a detection right, in (0, 1]
 * @param precision least share of right detections, in (0, 1]
 */
public record ScoreTarget(double iou, double precision) implements Serializable {

    /** An IoU threshold of 0.5, and nine of ten detections right. */
    public static final ScoreTarget DEFAULT = new ScoreTarget(0.5, 0.9);

    public ScoreTarget {
        require("overlap", iou);
        require("precision", precision);
    }

    private static void require(String what, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "the %s of a score target must be in (0, 1], got %s", what, value));
        }
    }
}
