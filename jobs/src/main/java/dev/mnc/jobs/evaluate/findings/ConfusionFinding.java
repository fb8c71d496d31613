package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.errors.ConfusionMatrix;
import dev.mnc.evaluation.errors.ConfusionMatrix.Entry;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Which categories are taken for which: {@link ConfusionMatrix}.
 *
 * <p>{@code confusion} in {@code metrics.json}: by IoU type {@code score}, {@code iou} and {@code entries}, each an array
 * of an object's category id, a detection's and their number; null stands for the background, and what is not there is 0.
 * The table {@code confusion} has a row an entry.
 *
 * @param matrices one for each IoU type
 * @param names of the categories by id
 */
public record ConfusionFinding(List<ConfusionMatrix> matrices, Map<Long, String> names) implements Finding {

    public ConfusionFinding {
        matrices = List.copyOf(matrices);
    }

    @Override
    public void writeMetrics(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("confusion");
        for (ConfusionMatrix matrix : matrices) {
            json.writeObjectFieldStart(matrix.type().label());
            json.writeNumberField("score", matrix.score());
            json.writeNumberField("iou", matrix.overlap());
            json.writeArrayFieldStart("entries");
            for (Entry entry : matrix.entries()) {
                json.writeStartArray();
                write(json, entry.truth());
                write(json, entry.detection());
                json.writeNumber(entry.count());
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, OptionalLong category) throws IOException {
        if (category.isPresent()) {
            json.writeNumber(category.getAsLong());
        } else {
            json.writeNull();
        }
    }

    @Override
    public String lines() {
        return matrices.stream().map(matrix -> matrix.table(names)).collect(Collectors.joining());
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "confusion",
                text("iou_type"),
                number("score"),
                number("iou"),
                whole("truth_id"),
                text("truth"),
                whole("detection_id"),
                text("detection"),
                whole("count"));
        for (ConfusionMatrix matrix : matrices) {
            for (Entry entry : matrix.entries()) {
                table.row().add(matrix.type().label()).add(matrix.score()).add(matrix.overlap());
                add(table, entry.truth());
                add(table, entry.detection());
                table.add(entry.count());
            }
        }
        return List.of(table);
    }

    private void add(ResultTable table, OptionalLong category) {
        if (category.isPresent()) {
            table.add(category.getAsLong()).add(names.get(category.getAsLong()));
        } else {
            table.missing().missing();
        }
    }
}
