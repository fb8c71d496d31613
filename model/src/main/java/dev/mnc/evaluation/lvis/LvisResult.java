package dev.mnc.evaluation.lvis;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.shapes.IouType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The outcome of LVIS's protocol.
 *
 * @param type the kind of shapes compared
 * @param categories one result for each category of the ground truth, by id
 * @param frequencies of every category
 */
public record LvisResult(IouType type, List<CategoryResult> categories, Map<Long, Frequency> frequencies) {

    /** @throws IllegalArgumentException if a category has no frequency */
    public LvisResult {
        requireNonNull(type, "type");
        categories = List.copyOf(categories);
        frequencies = Map.copyOf(frequencies);
        for (CategoryResult category : categories) {
            if (!frequencies.containsKey(category.categoryId())) {
                throw new IllegalArgumentException(
                        "every category of LVIS has a frequency, but " + category.categoryId() + " has none");
            }
        }
    }

    /** Returns in how many images a category occurs. */
    public Frequency frequency(CategoryResult category) {
        return requireNonNull(frequencies.get(category.categoryId()));
    }

    /**
     * Returns a number over all categories: the mean of those that have something to be found; -1 if there are none.
     */
    public double metric(LvisMetric metric) {
        return metric.mean(
                categories.stream().filter(category -> isOf(metric, category)).toList());
    }

    private boolean isOf(LvisMetric metric, CategoryResult category) {
        return metric.frequencies().test(frequency(category));
    }

    /**
     * Returns the thirteen numbers with their confidence intervals.
     *
     * @param resampled the results and their replicates
     */
    public List<Estimate> estimates(Resampled resampled) {
        return Arrays.stream(LvisMetric.values())
                .map(metric -> resampled.estimate(metric.label(), metric, category -> isOf(metric, category)))
                .toList();
    }

    /** Returns the thirteen numbers. */
    public Map<LvisMetric, Double> metrics() {
        Map<LvisMetric, Double> metrics = new EnumMap<>(LvisMetric.class);
        for (LvisMetric metric : LvisMetric.values()) {
            metrics.put(metric, metric(metric));
        }
        return metrics;
    }

    /** Returns the table LVIS prints: thirteen lines, each ended. */
    public String table() {
        StringBuilder table = new StringBuilder();
        metrics().forEach((metric, value) -> table.append(metric.line(value)).append('\n'));
        return table.toString();
    }
}
