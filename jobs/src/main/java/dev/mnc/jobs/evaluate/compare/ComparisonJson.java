package dev.mnc.jobs.evaluate.compare;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.mnc.evaluation.bootstrap.Comparison;
import dev.mnc.evaluation.bootstrap.Difference;
import dev.mnc.evaluation.bootstrap.Difference.Verdict;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.curves.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code compare.json}, which {@link RunComparison} describes; its components become fields in snake case.
 *
 * @param types by the name of the IoU type
 */
record ComparisonJson(
        String method,
        int replicates,
        long seed,
        @JsonAnyGetter Map<String, OfType> types) {

    /** The changes of one IoU type. */
    @JsonPropertyOrder({"statement", "numbers", "categories"})
    record OfType(
            String statement, @JsonAnyGetter Map<String, @Nullable Change> numbers, List<OfCategory> categories) {}

    /** The changes of one category. */
    record OfCategory(long id, String name, @JsonAnyGetter Map<String, @Nullable Change> numbers) {}

    /** The change of one number. */
    record Change(
            double a,
            double b,
            double difference,
            double standardError,
            double low,
            double high,
            @JsonProperty("share_b_above_a") double aboveShare,
            double pValue,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double pValueHolm,

            int replicates,
            String verdict) {

        private static @Nullable Change of(Difference difference, Verdict verdict, double corrected) {
            Interval interval = difference.interval();
            return interval == null
                    ? null
                    : new Change(
                            difference.a(),
                            difference.b(),
                            difference.value(),
                            interval.standardError(),
                            interval.low(),
                            interval.high(),
                            difference.aboveShare(),
                            difference.chance(),
                            Double.isNaN(corrected) ? null : corrected,
                            interval.replicates(),
                            RunComparison.label(verdict));
        }
    }

    static ComparisonJson of(RunComparison runs) {
        Map<String, OfType> types = new LinkedHashMap<>();
        for (Comparison comparison : runs.comparisons()) {
            Map<String, @Nullable Change> numbers = new LinkedHashMap<>();
            for (Metric metric : Metric.values()) {
                Difference difference = comparison.of(metric);
                numbers.put(metric.name(), Change.of(difference, difference.verdict(), Double.NaN));
            }
            types.put(
                    RunComparison.type(comparison),
                    new OfType(RunComparison.statement(comparison), numbers, categories(comparison, runs.names())));
        }
        return new ComparisonJson(
                RunComparison.METHOD,
                runs.config().weights().replicates(),
                runs.config().weights().seed(),
                types);
    }

    private static List<OfCategory> categories(Comparison comparison, Map<Long, String> names) {
        Map<Metric, double[]> corrected = RunComparison.corrected(comparison);
        List<CategoryResult> categories = comparison.a().point().categories();
        List<OfCategory> changes = new ArrayList<>();
        for (int i = 0; i < categories.size(); i++) {
            Map<String, @Nullable Change> numbers = new LinkedHashMap<>();
            for (Metric metric : Metric.values()) {
                double chance = corrected.getOrDefault(metric, new double[0])[i];
                Difference difference = comparison.of(i, metric);
                numbers.put(metric.name(), Change.of(difference, RunComparison.verdict(difference, chance), chance));
            }
            long id = categories.get(i).categoryId();
            changes.add(new OfCategory(id, names.getOrDefault(id, ""), numbers));
        }
        return changes;
    }
}
