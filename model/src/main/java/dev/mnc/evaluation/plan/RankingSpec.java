package dev.mnc.evaluation.plan;

import dev.mnc.evaluation.curves.CategoryFigures;
import dev.mnc.evaluation.curves.MatchRecords;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import java.io.Serializable;
import java.util.List;

/**
 * One series of rankings, one for each category, that is made while images are matched, and the curves drawn from them:
 * COCO's own, that of some of the images, that in which the errors of one kind are corrected. Lanes are values, told apart
 * by {@code equals}.
 */
public interface RankingSpec extends Serializable {

    /** How images are matched before the lane sees them. */
    Matching matching();

    /** What the bits of its records stand for: pairs of a size range and an overlap. */
    default MatchRules rules() {
        return matching().rules();
    }

    /** What is kept of its results. */
    enum Keep {
        /** Everything. */
        CURVES,
        /** Average precision and recall, but not the curves: where there are many lanes. */
        NUMBERS
    }

    /** What is kept of its results. */
    default Keep keep() {
        return Keep.CURVES;
    }

    /** The numbers of each category that a bootstrap tells how sure they are; there are no replicates if it is none. */
    default List<? extends Measure> measures() {
        return List.of();
    }

    /**
     * The pairs, as bits, of which a bootstrap counts detections even where there is nothing to be found; of others
     * {@link CategoryFigures#counted} is not known in replicates.
     */
    default long counted() {
        return 0;
    }

    /**
     * Takes down an image that has been matched.
     *
     * @param image matched as {@link #matching} says
     * @param records takes the detections that stand in the rankings
     * @param positives takes the objects that are to be found
     */
    default void record(ImageMatch image, MatchRecords records, Positives positives) {
        records.add(image);
        positives.add(image);
    }
}
