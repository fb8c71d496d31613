package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.GridFigure;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Average precision and recall over lists of overlaps, size ranges and limits.
 *
 * <p>{@code lists} in {@code metrics.json}: {@code iou_thresholds}, {@code area_ranges}, {@code max_detections}; by IoU
 * type one entry a size range and limit with {@code AP} and {@code AR}, the means over categories and overlaps,
 * {@code AP_by_iou} and {@code AR_by_iou}, and {@code categories}: of those with objects of the size id, name,
 * {@code positives}, {@code AP} and {@code AR}. The table {@code lists} has them by category and overlap.
 *
 * @param lists the overlaps, sizes and limits
 * @param figures by IoU type
 * @param names of the categories by id
 */
public record GridFinding(MetricGrid lists, Map<IouType, List<GridFigure>> figures, Map<Long, String> names)
        implements Finding {

    @Override
    public String lines() {
        StringBuilder lines = new StringBuilder();
        figures.forEach((type, ofType) -> {
            lines.append(String.format(Locale.ROOT, "%s at IoU %s%n", type.label(), join(lists.iouThresholds())));
            for (GridFigure figure : ofType) {
                lines.append(String.format(
                        Locale.ROOT,
                        " area=%10s | maxDets=%5d | AP = %.3f | AR = %.3f%n",
                        figure.area().name(),
                        figure.maxDetections(),
                        figure.averagePrecision(),
                        figure.recall()));
            }
        });
        return lines.toString();
    }

    private static String join(List<Double> values) {
        return String.join(
                ", ",
                values.stream()
                        .map(value -> String.format(Locale.ROOT, "%.2f", value))
                        .toList());
    }

    private record Lists(
            List<Double> iouThresholds,
            List<AreaBounds> areaRanges,
            List<Integer> maxDetections,
            @JsonAnyGetter Map<String, List<OfFigure>> types) {}

    private record OfFigure(
            String area,
            int maxDetections,
            @JsonProperty("AP") double averagePrecision,
            @JsonProperty("AR") double averageRecall,
            @JsonProperty("AP_by_iou") double[] averagePrecisionByIou,
            @JsonProperty("AR_by_iou") double[] averageRecallByIou,
            List<OfCategory> categories) {}

    private record OfCategory(
            long id,
            @Nullable String name,
            long positives,
            @JsonProperty("AP") double averagePrecision,
            @JsonProperty("AR") double averageRecall) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, List<OfFigure>> types = new LinkedHashMap<>();
        figures.forEach((type, ofType) ->
                types.put(type.label(), ofType.stream().map(this::entry).toList()));
        return new MetricsEntry(
                "lists", new Lists(lists.iouThresholds(), lists.areaRanges(), lists.maxDetections(), types));
    }

    private OfFigure entry(GridFigure figure) {
        return new OfFigure(
                figure.area().name(),
                figure.maxDetections(),
                figure.averagePrecision(),
                figure.recall(),
                byIou(figure::averagePrecision),
                byIou(figure::recall),
                figure.categories().stream()
                        .filter(category -> figure.positives(category) > 0)
                        .map(category -> new OfCategory(
                                category.categoryId(),
                                names.get(category.categoryId()),
                                figure.positives(category),
                                figure.averagePrecision(category),
                                figure.recall(category)))
                        .toList());
    }

    private double[] byIou(IntToDoubleFunction values) {
        return IntStream.range(0, lists.iouThresholds().size())
                .mapToDouble(values)
                .toArray();
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "lists",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("area"),
                number("area_from"),
                number("area_to"),
                whole("max_detections"),
                number("iou"),
                whole("positives"),
                number("ap"),
                number("ar"));
        figures.forEach((type, ofType) -> ofType.forEach(figure -> figure.categories().stream()
                .filter(category -> figure.positives(category) > 0)
                .forEach(category -> {
                    for (int t = 0; t < lists.iouThresholds().size(); t++) {
                        table.row().add(type.label()).add(category.categoryId());
                        table.add(names.get(category.categoryId()));
                        table.add(figure.area().name());
                        table.add(figure.area().from()).add(figure.area().to());
                        table.add((long) figure.maxDetections());
                        table.add(lists.iouThresholds().get(t).doubleValue()).add(figure.positives(category));
                        table.add(category.averagePrecision(figure.areaIndex(), t));
                        table.add(category.recall(figure.areaIndex(), 0, t));
                    }
                })));
        return List.of(table);
    }
}
