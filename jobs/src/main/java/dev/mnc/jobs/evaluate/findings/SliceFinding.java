package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.lvis.LvisMetric;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.slices.Slice;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the images that have a value in a column of an image table, for every value and column.
 *
 * <p>{@code slices} in {@code metrics.json}: {@code other_images}, the rows of the table that are about no image of the
 * ground truth; {@code columns}: by column one entry a value with {@code value} (null for the images that have none),
 * {@code images}, and by IoU type the numbers of the protocol. The table {@code slices} has them, and those of each
 * category.
 *
 * @param slices by column and value
 * @param otherImages rows of the table that are about no image of the ground truth
 * @param frequencies of the categories if the protocol is that of LVIS, else empty
 * @param names of the categories by id
 */
public record SliceFinding(
        List<Slice> slices, long otherImages, Map<Long, Frequency> frequencies, Map<Long, String> names)
        implements Finding {

    public SliceFinding {
        slices = List.copyOf(slices);
    }

    private Map<String, Double> numbers(EvaluationResult result) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        if (frequencies.isEmpty()) {
            result.metrics().forEach((metric, value) -> numbers.put(metric.name(), value));
        } else {
            new LvisResult(result.type(), result.categories(), frequencies)
                    .metrics()
                    .forEach((metric, value) -> numbers.put(metric.label(), value));
        }
        return numbers;
    }

    private Map<String, Double> numbers(CategoryResult category) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        if (frequencies.isEmpty()) {
            category.metrics().forEach((metric, value) -> numbers.put(metric.name(), value));
        } else {
            for (LvisMetric metric : LvisMetric.values()) {
                if (!metric.isOfOneFrequency()) {
                    numbers.put(metric.label(), metric.of(category));
                }
            }
        }
        return numbers;
    }

    @Override
    public String lines() {
        StringBuilder lines = new StringBuilder();
        for (Slice slice : slices) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%s = %s: %d images",
                    slice.column(),
                    slice.value() == null ? "(none)" : slice.value(),
                    slice.images()));
            for (EvaluationResult result : slice.results()) {
                lines.append(String.format(
                        Locale.ROOT,
                        ", %s AP %.3f",
                        result.type().label(),
                        numbers(result).getOrDefault("AP", -1.0)));
            }
            lines.append(System.lineSeparator());
        }
        if (otherImages > 0) {
            lines.append(String.format(
                    Locale.ROOT, "%d rows of the image table are about no image of the ground truth%n", otherImages));
        }
        return lines.toString();
    }

    private record Slices(long otherImages, Map<String, List<OfValue>> columns) {}

    private record OfValue(
            @Nullable String value,
            long images,
            @JsonAnyGetter Map<String, Map<String, Double>> types) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, List<OfValue>> columns = new LinkedHashMap<>();
        for (Slice slice : slices) {
            Map<String, Map<String, Double>> types = new LinkedHashMap<>();
            slice.results().forEach(result -> types.put(result.type().label(), numbers(result)));
            columns.computeIfAbsent(slice.column(), column -> new ArrayList<>())
                    .add(new OfValue(slice.value(), slice.images(), types));
        }
        return new MetricsEntry("slices", new Slices(otherImages, columns));
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "slices",
                text("slice_by"),
                text("slice"),
                whole("images"),
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("metric"),
                number("value"));
        for (Slice slice : slices) {
            for (EvaluationResult result : slice.results()) {
                numbers(result)
                        .forEach((metric, value) -> start(table, slice, result)
                                .missing()
                                .missing()
                                .add(metric)
                                .addKnown(value));
                for (CategoryResult category : result.categories()) {
                    if (category.positives(AreaRange.ALL) > 0) {
                        add(table, slice, result, category);
                    }
                }
            }
        }
        return List.of(table);
    }

    private static ResultTable start(ResultTable table, Slice slice, EvaluationResult result) {
        return table.row()
                .add(slice.column())
                .add(slice.value())
                .add(slice.images())
                .add(result.type().label());
    }

    private void add(ResultTable table, Slice slice, EvaluationResult result, CategoryResult category) {
        numbers(category).forEach((metric, value) -> {
            if (value != -1) {
                start(table, slice, result).add(category.categoryId());
                table.add(names.get(category.categoryId())).add(metric).add(value.doubleValue());
            }
        });
    }
}
