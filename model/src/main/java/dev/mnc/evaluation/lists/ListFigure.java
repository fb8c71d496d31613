package dev.mnc.evaluation.lists;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.CategoryResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Average precision and recall in one size range with one limit, over all overlaps of the list or at one of them.
 * Everything is in [0, 1], or -1 where there is nothing to be found.
 *
 * @param area the size range
 * @param maxDetections the limit
 * @param areaIndex number of the size range in the results
 * @param categories one result for each category, by id
 */
public record ListFigure(AreaBounds area, int maxDetections, int areaIndex, List<CategoryResult> categories) {

    public ListFigure {
        requireNonNull(area, "area");
        categories = List.copyOf(categories);
    }

    /** Objects of a category there were to be found. */
    public long positives(CategoryResult category) {
        return category.positives(areaIndex);
    }

    /** Average precision of a category, the mean over the overlaps. */
    public double averagePrecision(CategoryResult category) {
        double sum = 0;
        int thresholds = category.rules().thresholds();
        for (int t = 0; t < thresholds; t++) {
            sum += category.averagePrecision(areaIndex, t);
        }
        return sum / thresholds;
    }

    /** Recall of a category, the mean over the overlaps. */
    public double recall(CategoryResult category) {
        double sum = 0;
        int thresholds = category.rules().thresholds();
        for (int t = 0; t < thresholds; t++) {
            sum += category.recall(areaIndex, 0, t);
        }
        return sum / thresholds;
    }

    /** Average precision, the mean over categories and overlaps. */
    public double averagePrecision() {
        return mean(this::averagePrecision);
    }

    /** Average precision at one overlap, the mean over categories. */
    public double averagePrecision(int threshold) {
        return mean(category -> category.averagePrecision(areaIndex, threshold));
    }

    /** Recall, the mean over categories and overlaps. */
    public double recall() {
        return mean(this::recall);
    }

    /** Recall at one overlap, the mean over categories. */
    public double recall(int threshold) {
        return mean(category -> category.recall(areaIndex, 0, threshold));
    }

    private double mean(ToDoubleFunction<CategoryResult> value) {
        double sum = 0;
        int count = 0;
        for (CategoryResult category : categories) {
            if (positives(category) > 0) {
                sum += value.applyAsDouble(category);
                count++;
            }
        }
        return count == 0 ? -1 : sum / count;
    }
}
