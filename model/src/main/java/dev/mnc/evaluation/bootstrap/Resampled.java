package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.curves.Measure;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The result of a ranking spec and its replicates.
 *
 * @param point the result itself
 * @param measures the numbers of the replicates, in their order
 * @param replicates of the same categories
 */
public record Resampled(EvaluationResult point, List<? extends Measure> measures, Replicates replicates) {

    public Resampled {
        requireNonNull(point, "point");
        requireNonNull(replicates, "replicates");
        measures = List.copyOf(measures);
        if (point.categories().size() != replicates.categories().size()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an evaluation and its replicates have the same categories, got %d and %d",
                    point.categories().size(),
                    replicates.categories().size()));
        }
    }

    /**
     * Creates the resampled result of a ranking spec.
     *
     * @param specIndex index of the ranking spec in the plan
     */
    public static Resampled of(Outcome outcome, int specIndex, Replicates replicates) {
        return new Resampled(
                outcome.rankingResults().get(specIndex),
                outcome.plan().rankingSpecs().get(specIndex).measures(),
                replicates);
    }

    /**
     * Returns a number over all categories with its confidence interval: the mean of those that have something to be
     * found.
     */
    public Estimate estimate(String name, Measure measure) {
        return estimate(name, measure, category -> true);
    }

    /** Returns a number over some categories with its confidence interval. */
    public Estimate estimate(String name, Measure measure, Predicate<CategoryResult> chosen) {
        List<CategoryResult> categories = point.categories();
        return Estimate.of(
                name,
                measure.mean(categories.stream().filter(chosen).toList()),
                replicates.values(
                        number(measure),
                        IntStream.range(0, categories.size()).filter(i -> chosen.test(categories.get(i)))));
    }

    /**
     * Returns a number of one category with its confidence interval.
     *
     * @param category its index among the categories
     */
    public Estimate estimate(String name, int category, Measure measure) {
        return Estimate.of(name, measure.of(point.categories().get(category)), values(category, measure));
    }

    /** Returns the confidence interval of a number over all categories; null if there is nothing to be found. */
    public @Nullable Interval interval(Measure measure) {
        return estimate("", measure).interval();
    }

    /** Returns the confidence interval of a number of one category; null if there is nothing to be found. */
    public @Nullable Interval interval(int category, Measure measure) {
        return estimate("", category, measure).interval();
    }

    /** Returns a number over all categories in each replicate; NaN where there is nothing to be found. */
    public double[] values(Measure measure) {
        return replicates.values(
                number(measure), IntStream.range(0, point.categories().size()));
    }

    /** Returns a number of one category in each replicate; NaN where there is nothing to be found. */
    public double[] values(int category, Measure measure) {
        return replicates.categories().get(category).values(number(measure));
    }

    private int number(Measure measure) {
        int number = measures.indexOf(measure);
        if (number < 0) {
            throw new IllegalArgumentException("the replicates do not have " + measure + ", only " + measures);
        }
        return number;
    }
}
