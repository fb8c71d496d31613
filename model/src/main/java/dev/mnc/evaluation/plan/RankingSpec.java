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
 * The specification of one series of rankings, one for each category, that is built while images are matched, and of
 * the curves drawn from them: COCO's own, that of some of the images, that in which the errors of one kind are
 * corrected. Specs are values, compared by {@code equals}.
 */
public interface RankingSpec extends Serializable {

    /** Returns how images are matched before their detections are ranked. */
    Matching matching();

    /** Returns the rules whose pairs of an area range and an IoU threshold the bits of the records stand for. */
    default MatchRules rules() {
        return matching().rules();
    }

    /** The part of the results that is kept. */
    enum Keep {
        /** Everything. */
        CURVES,
        /** Average precision and recall, but not the curves: for specs of which there are many. */
        NUMBERS
    }

    /** Returns the part of the results that is kept. */
    default Keep keep() {
        return Keep.CURVES;
    }

    /**
     * Returns the numbers of each category whose confidence intervals a bootstrap computes; there are no replicates if
     * there are none.
     */
    default List<? extends Measure> measures() {
        return List.of();
    }

    /**
     * Returns the pairs, as bits, of which a bootstrap counts detections even where there is nothing to be found; of
     * others {@link CategoryFigures#counted} is not known in replicates.
     */
    default long counted() {
        return 0;
    }

    /**
     * Records an image that has been matched.
     *
     * @param image matched as {@link #matching} says
     * @param records receives the detections that stand in the rankings
     * @param positives receives the objects that are to be found
     */
    default void record(ImageMatch image, MatchRecords records, Positives positives) {
        records.add(image);
        positives.add(image);
    }
}
