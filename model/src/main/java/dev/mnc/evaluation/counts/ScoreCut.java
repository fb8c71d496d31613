package dev.mnc.evaluation.counts;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.Matching;
import java.io.Serializable;

/**
 * Which detections are looked at, and when one is right. Objects of all sizes count, that is, of the first size range.
 *
 * @param matching how images are matched
 * @param threshold index of the overlap that makes a detection right
 * @param score detections with less are not looked at
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

    /** Whether the detection at a position found an object that counts, whatever its score. */
    public boolean isRight(ImageMatch image, int position) {
        return (image.matched(position) & ~image.ignored(position) & 1L << threshold) != 0;
    }

    /** Whether the detection at a position counts and found nothing, whatever its score. */
    public boolean isWrong(ImageMatch image, int position) {
        return ((image.matched(position) | image.ignored(position)) & 1L << threshold) == 0;
    }
}
