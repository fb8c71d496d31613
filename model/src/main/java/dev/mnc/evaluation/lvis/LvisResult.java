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
 * @param type what was compared
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

    /** In how many images a category occurs. */
    public Frequency frequency(CategoryResult category) {
        return requireNonNull(frequencies.get(category.categoryId()));
    }

    /** A number over all categories that have something to be found: the mean of theirs; -1 if there are none. */
    public double metric(LvisMetric metric) {
        return metric.mean(
                categories.stream().filter(category -> isOf(metric, category)).toList());
    }

    private boolean isOf(LvisMetric metric, CategoryResult category) {
        return metric.frequencies().test(frequency(category));
    }

    /**
     * The thirteen numbers and how sure they are.
     *
     * @param its the lane and its replicates
     */
    public List<Estimate> estimates(Resampled its) {
        return Arrays.stream(LvisMetric.values())
                .map(metric -> its.estimate(metric.label(), metric, category -> isOf(metric, category)))
                .toList();
    }

    /** The thirteen numbers. */
    public Map<LvisMetric, Double> metrics() {
        Map<LvisMetric, Double> metrics = new EnumMap<>(LvisMetric.class);
        for (LvisMetric metric : LvisMetric.values()) {
            metrics.put(metric, metric(metric));
        }
        return metrics;
    }

    /** The table LVIS prints: thirteen lines, each ended. */
    public String table() {
        StringBuilder table = new StringBuilder();
        metrics().forEach((metric, value) -> table.append(metric.line(value)).append('\n'));
        return table.toString();
    }
}
