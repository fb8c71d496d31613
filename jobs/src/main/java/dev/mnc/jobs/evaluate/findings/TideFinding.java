package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mnc.evaluation.errors.ErrorType;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cost of the errors of each kind: {@link TideResult}.
 *
 * <p>{@code errors} in {@code metrics.json}: by IoU type {@code AP50} as TIDE has it, {@code dAP} and {@code count} by
 * kind, and {@code dAP_special} with {@code FalsePos} and {@code FalseNeg}; precision in [0, 1]. The table {@code errors}
 * has a row for each kind of error, and of each category one as well; where {@code category_id} is missing a row is about
 * all categories.
 *
 * @param results one for each IoU type
 * @param names of the categories by id
 */
public record TideFinding(List<TideResult> results, Map<Long, String> names) implements Finding {

    public TideFinding {
        results = List.copyOf(results);
    }

    private record OfType(
            @JsonProperty("AP50") double averagePrecision,
            @JsonProperty("dAP") Map<String, Double> lost,
            @JsonProperty("dAP_special") Special special,
            Map<String, Long> count) {}

    private record Special(
            @JsonProperty("FalsePos") double falsePositives,
            @JsonProperty("FalseNeg") double falseNegatives) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, OfType> types = new LinkedHashMap<>();
        for (TideResult result : results) {
            Map<String, Double> lost = new LinkedHashMap<>();
            Map<String, Long> count = new LinkedHashMap<>();
            for (ErrorType error : ErrorType.values()) {
                lost.put(error.label(), result.lost(error));
                count.put(error.label(), result.errors(error));
            }
            Special special = new Special(result.falsePositives(), result.falseNegatives());
            types.put(result.type().label(), new OfType(result.precision(), lost, special, count));
        }
        return new MetricsEntry("errors", types);
    }

    @Override
    public String lines() {
        return results.stream().map(TideResult::table).collect(Collectors.joining());
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "errors",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("error"),
                whole("count"),
                number("ap50"),
                number("dap"));
        for (TideResult result : results) {
            String type = result.type().label();
            for (ErrorType error : ErrorType.values()) {
                table.row().add(type).missing().missing().add(error.label()).add(result.errors(error));
                table.add(result.precision()).add(result.lost(error));
            }
            table.row().add(type).missing().missing().add("FalsePos").missing();
            table.add(result.precision()).add(result.falsePositives());
            table.row().add(type).missing().missing().add("FalseNeg").missing();
            table.add(result.precision()).add(result.falseNegatives());
            for (TideResult.OfCategory category : result.categories()) {
                for (ErrorType error : ErrorType.values()) {
                    table.row().add(type).add(category.categoryId()).add(names.get(category.categoryId()));
                    table.add(error.label()).add(category.errors(error)).add(category.precision());
                    table.add(category.lost(error));
                }
            }
        }
        return List.of(table);
    }
}
