package dev.mnc.evaluation.scores;

import java.io.Serializable;
import java.util.Locale;

/**
 * What thresholds on scores are to achieve.
 *
 * @param iou overlap that makes a detection right, in (0, 1]
 * @param precision share of right detections that is wanted, in (0, 1]
 */
public record ScoreTarget(double iou, double precision) implements Serializable {

    /** An overlap of a half, and nine of ten detections right. */
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
