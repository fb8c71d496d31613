package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.evaluation.errors.ConfusionMatrix;
import dev.mnc.evaluation.errors.ConfusionMatrix.Entry;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The confusion of categories, which are taken for which: {@link ConfusionMatrix}.
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

    private record OfType(double score, double iou, List<List<@Nullable Long>> entries) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, OfType> types = new LinkedHashMap<>();
        for (ConfusionMatrix matrix : matrices) {
            List<List<@Nullable Long>> entries = new ArrayList<>();
            for (Entry entry : matrix.entries()) {
                entries.add(Arrays.asList(id(entry.truth()), id(entry.detection()), entry.count()));
            }
            types.put(matrix.type().label(), new OfType(matrix.score(), matrix.overlap(), entries));
        }
        return new MetricsEntry("confusion", types);
    }

    private static @Nullable Long id(OptionalLong category) {
        return category.isPresent() ? (Long) category.getAsLong() : null;
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
