package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;

/**
 * The figures of one category that a {@link Measure} is made of. Size ranges, overlaps and limits go by their numbers in
 * the rules; COCO's own also by their constants.
 */
public interface CategoryFigures {

    /** Objects there were to be found in a size range. */
    long positives(int area);

    /** Detections that are right or wrong in a size range at the first overlap; those that do not count are neither. */
    long counted(int area);

    /**
     * Mean precision over the 101 recalls.
     *
     * @return in [0, 1]; anything if there are no positives
     */
    double averagePrecision(int area, int threshold);

    /**
     * The highest recall.
     *
     * @return in [0, 1]; anything if there are no positives
     */
    double recall(int area, int limit, int threshold);

    /** Objects there were to be found. */
    default long positives(AreaRange area) {
        return positives(area.index());
    }

    /**
     * Mean precision over the 101 recalls.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    default double averagePrecision(AreaRange area, int threshold) {
        return averagePrecision(area.index(), threshold);
    }

    /**
     * The highest recall.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    default double recall(AreaRange area, Limit limit, int threshold) {
        return recall(area.index(), limit.index(), threshold);
    }
}
