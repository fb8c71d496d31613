package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.coco.CocoProtocol.Limit;

/** The figures of one category that a {@link Metric} is the mean of. */
public interface CategoryFigures {

    /** Objects there were to be found. */
    long positives(AreaRange area);

    /**
     * Mean precision over the 101 recalls.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    double averagePrecision(AreaRange area, int threshold);

    /**
     * The highest recall.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @return in [0, 1]; anything if there are no positives
     */
    double recall(AreaRange area, Limit limit, int threshold);
}
