package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.lvis.LvisMetric;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.slices.Slice;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    @Override
    public void writeMetrics(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("slices");
        json.writeNumberField("other_images", otherImages);
        json.writeObjectFieldStart("columns");
        String column = null;
        for (Slice slice : slices) {
            if (!slice.column().equals(column)) {
                if (column != null) {
                    json.writeEndArray();
                }
                column = slice.column();
                json.writeArrayFieldStart(column);
            }
            write(json, slice);
        }
        if (column != null) {
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Slice slice) throws IOException {
        json.writeStartObject();
        json.writeStringField("value", slice.value());
        json.writeNumberField("images", slice.images());
        for (EvaluationResult result : slice.results()) {
            json.writeObjectFieldStart(result.type().label());
            for (Map.Entry<String, Double> metric : numbers(result).entrySet()) {
                json.writeNumberField(metric.getKey(), metric.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
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
