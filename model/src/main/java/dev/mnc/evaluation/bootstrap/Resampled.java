package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Metric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation and its replicates.
 *
 * @param point the evaluation itself
 * @param replicates of the same categories
 */
public record Resampled(EvaluationResult point, Replicates replicates) {

    public Resampled {
        requireNonNull(point, "point");
        requireNonNull(replicates, "replicates");
        if (point.categories().size() != replicates.categories().size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an evaluation and its replicates have the same categories, got %d and %d",
                    point.categories().size(),
                    replicates.categories().size()));
        }
    }

    /** How sure a number over all categories is; null if there is nothing to be found. */
    public @Nullable Interval interval(Metric metric) {
        return interval(point.metric(metric), replicates.values(metric));
    }

    /**
     * How sure a number of one category is; null if there is nothing to be found.
     *
     * @param category its position among the categories
     */
    public @Nullable Interval interval(int category, Metric metric) {
        return interval(
                metric.of(point.categories().get(category)),
                replicates.categories().get(category).values(metric));
    }

    private static @Nullable Interval interval(double point, double[] values) {
        return point < 0 ? null : Interval.of(point, values);
    }
}
