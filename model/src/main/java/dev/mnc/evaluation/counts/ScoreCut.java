package dev.mnc.evaluation.counts;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.Matching;
import java.io.Serializable;

/**
 * The cut that separates the detections that are considered from the rest, and the IoU threshold that makes one right.
 * Objects of all sizes count, that is, of the first area range. Objects of all sizes count, that is, of the first area
 * range.
 *
 * @param matching how images are matched
 * @param threshold index of the IoU threshold that makes a detection right
 * @param score least score of a detection that is considered
 */
public record ScoreCut(Matching matching, int threshold, double score) implements Serializable {

    public ScoreCut {
        requireNonNull(matching, "matching");
        if (threshold < 0 || threshold >= matching.rules().thresholds()) {
            throw new IllegalArgumentException("the index of an overlap must be in 0 .. "
                    + (matching.rules().thresholds() - 1) + ", got " + threshold);
        }
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("the score must be a number, got NaN");
        }
    }

    /** Returns whether the detection at a position found an object that counts, whatever its score. */
    public boolean isRight(ImageMatch image, int position) {
        return (image.matched(position) & ~image.ignored(position) & 1L << threshold) != 0;
    }

    /** Returns whether the detection at a position counts and found nothing, whatever its score. */
    public boolean isWrong(ImageMatch image, int position) {
        return ((image.matched(position) | image.ignored(position)) & 1L << threshold) == 0;
    }
}
