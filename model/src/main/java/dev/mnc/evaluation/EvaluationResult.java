package dev.mnc.evaluation;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param type what was compared
 * @param categories one result for each category of the ground truth, by id
 * @param unlisted results of categories that only the detections know, by id; they count for nothing
 */
public record EvaluationResult(IouType type, List<CategoryResult> categories, List<CategoryResult> unlisted) {

    public EvaluationResult {
        requireNonNull(type, "type");
        categories = List.copyOf(categories);
        unlisted = List.copyOf(unlisted);
    }

    /**
     * Completes and sorts what the categories with detections have given.
     *
     * @param results one for each category that has detections, in any order
     */
    public static EvaluationResult of(
            IouType type, GroundTruth truth, Positives positives, Collection<CategoryResult> results) {
        Map<Long, CategoryResult> found = new HashMap<>();
        results.forEach(result -> found.put(result.categoryId(), result));
        List<CategoryResult> listed = new ArrayList<>();
        for (Category category : truth.categories()) {
            CategoryResult result = found.remove(category.id());
            listed.add(result != null ? result : new CategoryAccumulator(category.id()).reduce(positives));
        }
        Comparator<CategoryResult> byId = Comparator.comparingLong(CategoryResult::categoryId);
        listed.sort(byId);
        return new EvaluationResult(
                type, listed, found.values().stream().sorted(byId).toList());
    }

    /** A number over all categories that have something to be found: the mean of theirs; -1 if there are none. */
    public double metric(Metric metric) {
        double sum = 0;
        int count = 0;
        for (CategoryResult category : categories) {
            double value = metric.of(category);
            if (value >= 0) {
                sum += value;
                count++;
            }
        }
        return count == 0 ? -1 : sum / count;
    }

    /** The twelve numbers. */
    public Map<Metric, Double> metrics() {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            metrics.put(metric, metric(metric));
        }
        return metrics;
    }

    /**
     * Mean precision of the categories at one recall, all sizes: a point of the overall curve.
     *
     * @param threshold index of the IoU threshold, 0 .. 9
     * @param recallIndex index of the recall, 0 .. 100
     * @return in [0, 1], or -1 if there is nothing to be found
     */
    public double precision(int threshold, int recallIndex) {
        return categories.stream()
                .filter(category -> category.positives(AreaRange.ALL) > 0)
                .mapToDouble(category -> category.precision(AreaRange.ALL, threshold, recallIndex))
                .average()
                .orElse(-1);
    }

    /** The table pycocotools prints: twelve lines, each ended. */
    public String table() {
        StringBuilder table = new StringBuilder();
        metrics().forEach((metric, value) -> table.append(metric.line(value)).append('\n'));
        return table.toString();
    }
}
