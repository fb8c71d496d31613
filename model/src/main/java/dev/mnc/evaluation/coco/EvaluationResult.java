package dev.mnc.evaluation.coco;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.shapes.IouType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one series of rankings.
 *
 * @param type the kind of shapes compared
 * @param categories one result for each category of the ground truth, by id
 */
public record EvaluationResult(IouType type, List<CategoryResult> categories) {

    public EvaluationResult {
        requireNonNull(type, "type");
        categories = List.copyOf(categories);
    }

    /**
     * Returns a number over all categories: the mean of those that have something to be found; -1 if there are none.
     */
    public double metric(Metric metric) {
        return metric.mean(categories);
    }

    /** Returns the twelve numbers. */
    public Map<Metric, Double> metrics() {
        Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            metrics.put(metric, metric(metric));
        }
        return metrics;
    }

    /**
     * Returns the mean precision of the categories at one recall, all sizes: a point of the overall curve.
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

    /** Returns the table pycocotools prints: twelve lines, each ended. */
    public String table() {
        StringBuilder table = new StringBuilder();
        metrics().forEach((metric, value) -> table.append(metric.line(value)).append('\n'));
        return table.toString();
    }
}
