package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.Metric;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How sure the numbers are: {@link Interval}.
 *
 * <p>{@code intervals} in {@code metrics.json}: {@code method}, {@code level}, {@code replicates} and {@code seed}; by
 * IoU type each of the twelve numbers with {@code value}, {@code standard_error}, {@code low}, {@code high}, the
 * {@code mean} of the replicates and how many {@code replicates} have the number, null where nothing can be told; and
 * {@code categories} with the same for each. The table {@code intervals} has a row for each number; where
 * {@code category_id} is missing it is about all categories.
 *
 * @param resampled one for each IoU type
 * @param weights how images were weighted
 * @param images in which there are detections; not written, for whoever compares runs
 * @param names of the categories by id
 */
public record IntervalFinding(
        List<Resampled> resampled, PoissonWeights weights, DetectedImages images, Map<Long, String> names)
        implements Finding {

    /** What kind of intervals these are, and why no others. */
    public static final String METHOD = "basic (reverse percentile) intervals of a Poisson bootstrap over images;"
            + " percentile intervals would be shifted upwards, for replicates lie above the number itself:"
            + " images drawn twice agree with themselves, and categories none of whose images is drawn leave the mean";

    private static final double LEVEL = 0.95;

    public IntervalFinding {
        resampled = List.copyOf(resampled);
    }

    @Override
    public void writeMetrics(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("intervals");
        json.writeStringField("method", METHOD);
        json.writeNumberField("level", LEVEL);
        json.writeNumberField("replicates", weights.replicates());
        json.writeNumberField("seed", weights.seed());
        for (Resampled its : resampled) {
            json.writeObjectFieldStart(its.point().type().label());
            for (Metric metric : Metric.values()) {
                write(json, metric, its.point().metric(metric), its.interval(metric));
            }
            json.writeArrayFieldStart("categories");
            for (int i = 0; i < its.point().categories().size(); i++) {
                CategoryResult category = its.point().categories().get(i);
                json.writeStartObject();
                json.writeNumberField("id", category.categoryId());
                json.writeStringField("name", names.get(category.categoryId()));
                for (Metric metric : Metric.values()) {
                    write(json, metric, metric.of(category), its.interval(i, metric));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Metric metric, double value, @Nullable Interval interval)
            throws IOException {
        if (interval == null) {
            json.writeNullField(metric.name());
            return;
        }
        json.writeObjectFieldStart(metric.name());
        json.writeNumberField("value", value);
        json.writeNumberField("standard_error", interval.standardError());
        json.writeNumberField("low", interval.low());
        json.writeNumberField("high", interval.high());
        json.writeNumberField("mean", interval.mean());
        json.writeNumberField("replicates", interval.replicates());
        json.writeEndObject();
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "intervals",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("metric"),
                number("value"),
                number("standard_error"),
                number("low"),
                number("high"),
                number("mean"),
                whole("replicates"));
        for (Resampled its : resampled) {
            String type = its.point().type().label();
            for (Metric metric : Metric.values()) {
                add(
                        table.row().add(type).missing().missing().add(metric.name()),
                        its.point().metric(metric),
                        its.interval(metric));
            }
            for (int i = 0; i < its.point().categories().size(); i++) {
                CategoryResult category = its.point().categories().get(i);
                long id = category.categoryId();
                for (Metric metric : Metric.values()) {
                    add(
                            table.row().add(type).add(id).add(names.get(id)).add(metric.name()),
                            metric.of(category),
                            its.interval(i, metric));
                }
            }
        }
        return List.of(table);
    }

    private static void add(ResultTable row, double value, @Nullable Interval interval) {
        if (interval == null) {
            row.missing().missing().missing().missing().missing().missing();
            return;
        }
        row.add(value)
                .add(interval.standardError())
                .add(interval.low())
                .add(interval.high())
                .add(interval.mean())
                .add((long) interval.replicates());
    }

    @Override
    public String lines() {
        StringBuilder text = new StringBuilder();
        for (Resampled its : resampled) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: standard error and basic 95 %% interval, of %d replicates%n",
                    its.point().type().label(),
                    weights.replicates()));
            for (Metric metric : Metric.values()) {
                Interval interval = its.interval(metric);
                if (interval != null) {
                    text.append(String.format(
                            Locale.ROOT,
                            " %-5s %.3f  se %.4f  %.3f to %.3f%n",
                            metric,
                            its.point().metric(metric),
                            interval.standardError(),
                            interval.low(),
                            interval.high()));
                }
            }
        }
        return text.append(METHOD.substring(METHOD.indexOf("percentile intervals")))
                .append(System.lineSeparator())
                .toString();
    }
}
