package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.GridFigure;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Average precision and recall over lists of overlaps, size ranges and limits.
 *
 * <p>{@code lists} in {@code metrics.json}: {@code iou_thresholds}, {@code area_ranges}, {@code max_detections}; by IoU
 * type one entry a size range and limit with {@code AP} and {@code AR}, the means over categories and overlaps,
 * {@code AP_by_iou} and {@code AR_by_iou}, and {@code categories}: of those with objects of the size id, name,
 * {@code positives}, {@code AP} and {@code AR}. The table {@code lists} has them by category and overlap.
 *
 * @param lists what was asked for
 * @param figures by IoU type
 * @param names of the categories by id
 */
public record GridFinding(MetricGrid lists, Map<IouType, List<GridFigure>> figures, Map<Long, String> names)
        implements Finding {

    @Override
    public String lines() {
        StringBuilder lines = new StringBuilder();
        figures.forEach((type, its) -> {
            lines.append(String.format(Locale.ROOT, "%s at IoU %s%n", type.label(), join(lists.iouThresholds())));
            for (GridFigure figure : its) {
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

    @Override
    public void writeMetrics(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("lists");
        json.writeArrayFieldStart("iou_thresholds");
        for (double threshold : lists.iouThresholds()) {
            json.writeNumber(threshold);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("area_ranges");
        for (AreaBounds area : lists.areaRanges()) {
            json.writeStartObject();
            json.writeStringField("name", area.name());
            json.writeNumberField("from", area.from());
            json.writeNumberField("to", area.to());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("max_detections");
        for (int limit : lists.maxDetections()) {
            json.writeNumber(limit);
        }
        json.writeEndArray();
        for (Map.Entry<IouType, List<GridFigure>> type : figures.entrySet()) {
            json.writeArrayFieldStart(type.getKey().label());
            for (GridFigure figure : type.getValue()) {
                write(json, figure);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void write(JsonGenerator json, GridFigure figure) throws IOException {
        json.writeStartObject();
        json.writeStringField("area", figure.area().name());
        json.writeNumberField("max_detections", figure.maxDetections());
        json.writeNumberField("AP", figure.averagePrecision());
        json.writeNumberField("AR", figure.recall());
        write(json, "AP_by_iou", figure::averagePrecision);
        write(json, "AR_by_iou", figure::recall);
        json.writeArrayFieldStart("categories");
        for (CategoryResult category : figure.categories()) {
            if (figure.positives(category) > 0) {
                json.writeStartObject();
                json.writeNumberField("id", category.categoryId());
                json.writeStringField("name", names.get(category.categoryId()));
                json.writeNumberField("positives", figure.positives(category));
                json.writeNumberField("AP", figure.averagePrecision(category));
                json.writeNumberField("AR", figure.recall(category));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(JsonGenerator json, String field, IntToDoubleFunction values) throws IOException {
        json.writeArrayFieldStart(field);
        for (int t = 0; t < lists.iouThresholds().size(); t++) {
            json.writeNumber(values.applyAsDouble(t));
        }
        json.writeEndArray();
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
        figures.forEach((type, its) -> its.forEach(figure -> figure.categories().stream()
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
