package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;

/**
 * The figures of one category from which a {@link Measure} is computed. Area ranges, IoU thresholds and max detections
 * go by their indices in the rules; COCO's own also by their constants.
 */
public interface CategoryFigures {

    /** Returns the number of objects to be found in an area range. */
    long positives(int area);

    /**
     * Returns the number of detections that are right or wrong in an area range at the first IoU threshold; ignored
     * ones are neither.
     */
    long counted(int area);

    /**
     * Returns mean precision over the 101 recalls.
     *
     * @return in [0, 1]; anything if there are no positives
     */
    double averagePrecision(int area, int threshold);

    /**
     * Returns the highest recall.
     *
     * @return in [0, 1]; anything if there are no positives
     */
    double recall(int area, int limit, int threshold);

    /** Returns the number of objects to be found in one of COCO's area ranges. */
    default long positives(AreaRange area) {
        return positives(area.index());
    }

    /**
     * Returns mean precision over the 101 recalls.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    default double averagePrecision(AreaRange area, int threshold) {
        return averagePrecision(area.index(), threshold);
    }

    /**
     * Returns the highest recall.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    default double recall(AreaRange area, Limit limit, int threshold) {
        return recall(area.index(), limit.index(), threshold);
    }
}
