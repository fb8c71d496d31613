package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.lvis.LvisMetric;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of LVIS.
 *
 * <p>{@code lvis} in {@code metrics.json}: by IoU type the thirteen numbers, -1 where there is nothing to be found; under
 * {@code categories} by IoU type one entry a category with its id, name, {@code frequency}, objects
 * ({@code positives}), considered detections and its own numbers. The tables are {@code summary} and {@code categories}.
 *
 * @param results one for each IoU type
 * @param names of the categories by id
 */
public record LvisFinding(List<LvisResult> results, Map<Long, String> names) implements Finding {

    public LvisFinding {
        results = List.copyOf(results);
    }

    /** Returns the thirteen numbers by IoU type and name. */
    public Map<String, Map<String, Double>> numbers() {
        Map<String, Map<String, Double>> numbers = new LinkedHashMap<>();
        for (LvisResult result : results) {
            Map<String, Double> ofType = new LinkedHashMap<>();
            result.metrics().forEach((metric, value) -> ofType.put(metric.label(), value));
            numbers.put(result.type().label(), ofType);
        }
        return numbers;
    }

    @Override
    public String lines() {
        StringBuilder lines = new StringBuilder();
        for (LvisResult result : results) {
            lines.append(String.format(Locale.ROOT, "%s%n", result.type().label()))
                    .append(result.table());
        }
        return lines.toString();
    }

    private record OfCategory(
            long id,
            @Nullable String name,
            String frequency,
            long positives,
            long detections,
            @JsonAnyGetter Map<String, Double> numbers) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, List<OfCategory>> categories = new LinkedHashMap<>();
        for (LvisResult result : results) {
            categories.put(
                    result.type().label(),
                    result.categories().stream()
                            .map(category -> entry(result, category))
                            .toList());
        }
        Map<String, Object> entry = new LinkedHashMap<>(numbers());
        entry.put("categories", categories);
        return new MetricsEntry("lvis", entry);
    }

    private OfCategory entry(LvisResult result, CategoryResult category) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (LvisMetric metric : LvisMetric.values()) {
            if (!metric.isOfOneFrequency()) {
                numbers.put(metric.label(), metric.of(category));
            }
        }
        return new OfCategory(
                category.categoryId(),
                names.get(category.categoryId()),
                result.frequency(category).letter(),
                category.positives(AreaRange.ALL),
                category.detections(),
                numbers);
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable summary = new ResultTable("summary", text("iou_type"), text("metric"), number("value"));
        ResultTable categories = new ResultTable(
                "categories",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("frequency"),
                whole("positives"),
                whole("detections"),
                text("metric"),
                number("value"));
        for (LvisResult result : results) {
            String type = result.type().label();
            result.metrics()
                    .forEach((metric, value) ->
                            summary.row().add(type).add(metric.label()).addKnown(value));
            for (CategoryResult category : result.categories()) {
                for (LvisMetric metric : LvisMetric.values()) {
                    if (!metric.isOfOneFrequency() && metric.of(category) >= 0) {
                        categories.row().add(type).add(category.categoryId());
                        categories.add(names.get(category.categoryId()));
                        categories.add(result.frequency(category).letter());
                        categories.add(category.positives(AreaRange.ALL)).add(category.detections());
                        categories.add(metric.label()).add(metric.of(category));
                    }
                }
            }
        }
        return List.of(summary, categories);
    }
}
