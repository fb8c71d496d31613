package dev.mnc.evaluation.ranges;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.Average;
import dev.mnc.evaluation.curves.Average.Kind;
import java.util.List;

/**
 * Average precision and recall in one size range with one limit, over all overlaps of the list or at one of them.
 * Everything is in [0, 1], or -1 where there is nothing to be found.
 *
 * @param area the size range
 * @param areaIndex number of the size range in the results
 * @param lane whose results they are
 * @param result one for each category, by id
 */
public record GridFigure(AreaBounds area, int areaIndex, LimitRankingSpec lane, EvaluationResult result) {

    /** The limit. */
    public int maxDetections() {
        return lane.limit();
    }

    /** One result for each category, by id. */
    public List<CategoryResult> categories() {
        return result.categories();
    }

    /** Objects of a category there were to be found. */
    public long positives(CategoryResult category) {
        return category.positives(areaIndex);
    }

    private Average mean(Kind kind) {
        return lane.mean(kind, areaIndex);
    }

    private Average at(Kind kind, int threshold) {
        return LimitRankingSpec.at(kind, areaIndex, threshold);
    }

    /** Average precision of a category, the mean over the overlaps. */
    public double averagePrecision(CategoryResult category) {
        return mean(Kind.PRECISION).of(category);
    }

    /** Recall of a category, the mean over the overlaps. */
    public double recall(CategoryResult category) {
        return mean(Kind.RECALL).of(category);
    }

    /** Average precision, the mean over categories and overlaps. */
    public double averagePrecision() {
        return mean(Kind.PRECISION).mean(categories());
    }

    /** Average precision at one overlap, the mean over categories. */
    public double averagePrecision(int threshold) {
        return at(Kind.PRECISION, threshold).mean(categories());
    }

    /** Recall, the mean over categories and overlaps. */
    public double recall() {
        return mean(Kind.RECALL).mean(categories());
    }

    /** Recall at one overlap, the mean over categories. */
    public double recall(int threshold) {
        return at(Kind.RECALL, threshold).mean(categories());
    }

    /**
     * How sure average precision and recall are, the means over categories and overlaps.
     *
     * @param its the lane and its replicates
     */
    public List<Estimate> estimates(Resampled its) {
        return List.of(its.estimate("AP", mean(Kind.PRECISION)), its.estimate("AR", mean(Kind.RECALL)));
    }

    /** How sure they are at one overlap. */
    public List<Estimate> estimatesAt(Resampled its, int threshold) {
        return List.of(
                its.estimate("AP", at(Kind.PRECISION, threshold)), its.estimate("AR", at(Kind.RECALL, threshold)));
    }

    /**
     * How sure those of a category are.
     *
     * @param category its position among the categories
     */
    public List<Estimate> estimatesOf(Resampled its, int category) {
        return List.of(
                its.estimate("AP", category, mean(Kind.PRECISION)), its.estimate("AR", category, mean(Kind.RECALL)));
    }
}
