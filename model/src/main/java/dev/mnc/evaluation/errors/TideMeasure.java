package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.curves.CategoryFigures;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.RecallSteps;

/**
 * The average precision of a category in one of the rankings of {@link TideRankingSpec}: 0 if it has detections but no
 * objects, and undefined if it has neither.
 *
 * @param order of the detections
 * @param ranking its index among the rankings of the spec
 */
record TideMeasure(Order order, int ranking) implements Measure {

    enum Order {
        /** As they are. */
        BY_SCORE,
        /** All right detections come first: precision is 1 for as long as there are any. */
        RIGHT_FIRST
    }

    /** The average precision of the detections as they are. */
    static final TideMeasure PRECISION = new TideMeasure(Order.BY_SCORE, 0);

    /** The average precision if every wrong detection came last. */
    static final TideMeasure CLEAN = new TideMeasure(Order.RIGHT_FIRST, 0);

    /** Returns the average precision with the errors of a kind corrected. */
    static TideMeasure corrected(ErrorType error) {
        return new TideMeasure(Order.BY_SCORE, error.index());
    }

    /** The average precision without the objects that are not found. */
    static final TideMeasure COMPLETE = new TideMeasure(Order.BY_SCORE, TideRankingSpec.ALL_FOUND);

    @Override
    public double of(CategoryFigures category) {
        if (category.positives(ranking) == 0) {
            return category.counted(ranking) == 0 ? -1 : 0;
        }
        return order == Order.BY_SCORE
                ? category.averagePrecision(ranking, 0)
                : (double) reached(category.recall(ranking, 0, 0)) / CocoProtocol.RECALLS;
    }

    private static int reached(double recall) {
        int reached = 0;
        while (recall > 0 && reached < CocoProtocol.RECALLS && recall >= RecallSteps.HUNDREDTHS.recall(reached)) {
            reached++;
        }
        return reached;
    }
}
