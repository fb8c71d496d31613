package dev.mnc.evaluation.ranges;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.Average;
import dev.mnc.evaluation.curves.Average.Kind;
import java.util.List;

/**
 * The average precision and recall in one area range with one max detections, over all IoU thresholds of the grid or at
 * one of them. Everything is in [0, 1], or -1 where there is nothing to be found.
 *
 * @param area the area range
 * @param areaIndex index of the area range in the result
 * @param spec the rankings
 * @param result one for each category, by id
 */
public record GridFigure(AreaBounds area, int areaIndex, LimitRankingSpec spec, EvaluationResult result) {

    /** Returns the max detections. */
    public int maxDetections() {
        return spec.limit();
    }

    /** Returns one result for each category, by id. */
    public List<CategoryResult> categories() {
        return result.categories();
    }

    /** Returns the number of objects of a category to be found. */
    public long positives(CategoryResult category) {
        return category.positives(areaIndex);
    }

    private Average mean(Kind kind) {
        return spec.mean(kind, areaIndex);
    }

    private Average at(Kind kind, int threshold) {
        return LimitRankingSpec.at(kind, areaIndex, threshold);
    }

    /** Returns the average precision of a category, the mean over the IoU thresholds. */
    public double averagePrecision(CategoryResult category) {
        return mean(Kind.PRECISION).of(category);
    }

    /** Returns the recall of a category, the mean over the IoU thresholds. */
    public double recall(CategoryResult category) {
        return mean(Kind.RECALL).of(category);
    }

    /** Returns the average precision, the mean over categories and IoU thresholds. */
    public double averagePrecision() {
        return mean(Kind.PRECISION).mean(categories());
    }

    /** Returns the average precision at one IoU threshold, the mean over categories. */
    public double averagePrecision(int threshold) {
        return at(Kind.PRECISION, threshold).mean(categories());
    }

    /** Returns the recall, the mean over categories and IoU thresholds. */
    public double recall() {
        return mean(Kind.RECALL).mean(categories());
    }

    /** Returns the recall at one IoU threshold, the mean over categories. */
    public double recall(int threshold) {
        return at(Kind.RECALL, threshold).mean(categories());
    }

    /**
     * Returns average precision and recall with their confidence intervals, the means over categories and IoU
     * thresholds.
     *
     * @param resampled the results and their replicates
     */
    public List<Estimate> estimates(Resampled resampled) {
        return List.of(resampled.estimate("AP", mean(Kind.PRECISION)), resampled.estimate("AR", mean(Kind.RECALL)));
    }

    /** Returns average precision and recall at one IoU threshold with their confidence intervals. */
    public List<Estimate> estimatesAt(Resampled resampled, int threshold) {
        return List.of(
                resampled.estimate("AP", at(Kind.PRECISION, threshold)),
                resampled.estimate("AR", at(Kind.RECALL, threshold)));
    }

    /**
     * Returns average precision and recall of a category with their confidence intervals.
     *
     * @param category its index among the categories
     */
    public List<Estimate> estimatesOf(Resampled resampled, int category) {
        return List.of(
                resampled.estimate("AP", category, mean(Kind.PRECISION)),
                resampled.estimate("AR", category, mean(Kind.RECALL)));
    }
}
