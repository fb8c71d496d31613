package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.Lane;
import dev.mnc.evaluation.coco.Metric;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.slices.ImageGroups;
import dev.mnc.evaluation.slices.SliceLane;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
 * {@code category_id} is missing it is about all categories. Where images are told apart, {@code slices} and the table
 * {@code slice_intervals} have the twelve numbers of each slice.
 *
 * @param resampled one for each IoU type
 * @param slices by column, value and IoU type
 * @param weights how images were weighted
 * @param images in which there are detections; not written, for whoever compares runs
 * @param names of the categories by id
 */
public record IntervalFinding(
        List<Resampled> resampled,
        List<OfSlice> slices,
        PoissonWeights weights,
        DetectedImages images,
        Map<Long, String> names)
        implements Finding {

    /**
     * The images that have one value in a column.
     *
     * @param column the column's name
     * @param value the value, or null for the images that have none
     */
    public record OfSlice(String column, @Nullable String value, Resampled resampled) {

        boolean isEmpty() {
            return Arrays.stream(Metric.values()).allMatch(metric -> resampled.interval(metric) == null);
        }
    }

    /** What kind of intervals these are, and why no others. */
    public static final String METHOD = "basic (reverse percentile) intervals of a Poisson bootstrap over images;"
            + " percentile intervals would be shifted upwards, for replicates lie above the number itself:"
            + " images drawn twice agree with themselves, and categories none of whose images is drawn leave the mean";

    private static final double LEVEL = 0.95;

    public IntervalFinding {
        resampled = List.copyOf(resampled);
        slices = List.copyOf(slices);
    }

    /**
     * Reads an outcome.
     *
     * @param replicates of the lanes that were resampled, by number
     */
    public static IntervalFinding of(
            Outcome outcome, Map<Integer, Replicates> replicates, PoissonWeights weights, Map<Long, String> names) {
        List<Resampled> resampled = new ArrayList<>();
        List<OfSlice> slices = new ArrayList<>();
        replicates.forEach((number, its) -> {
            Resampled known = new Resampled(outcome.lanes().get(number), its);
            if (outcome.pass().lanes().get(number) instanceof SliceLane slice) {
                ImageGroups groups = slice.groups();
                slices.add(new OfSlice(
                        groups.columns().get(slice.column()), groups.value(slice.column(), slice.group()), known));
            } else {
                resampled.add(known);
            }
        });
        slices.removeIf(OfSlice::isEmpty);
        Lane first = outcome.pass().lanes().get(0);
        return new IntervalFinding(
                resampled, slices, weights, outcome.tally(new DetectedImages.Kind(first.matching())), names);
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
            write(json, its);
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
        if (!slices.isEmpty()) {
            json.writeArrayFieldStart("slices");
            for (OfSlice slice : slices) {
                json.writeStartObject();
                json.writeStringField("slice_by", slice.column());
                json.writeStringField("slice", slice.value());
                json.writeStringField(
                        "iou_type", slice.resampled().point().type().label());
                write(json, slice.resampled());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Resampled its) throws IOException {
        for (Metric metric : Metric.values()) {
            write(json, metric, its.point().metric(metric), its.interval(metric));
        }
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
        return slices.isEmpty() ? List.of(table) : List.of(table, sliceTable());
    }

    private ResultTable sliceTable() {
        ResultTable table = new ResultTable(
                "slice_intervals",
                text("slice_by"),
                text("slice"),
                text("iou_type"),
                text("metric"),
                number("value"),
                number("standard_error"),
                number("low"),
                number("high"),
                number("mean"),
                whole("replicates"));
        for (OfSlice slice : slices) {
            Resampled its = slice.resampled();
            for (Metric metric : Metric.values()) {
                table.row()
                        .add(slice.column())
                        .add(slice.value())
                        .add(its.point().type().label());
                add(table.add(metric.name()), its.point().metric(metric), its.interval(metric));
            }
        }
        return table;
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
        for (OfSlice slice : slices) {
            Interval interval = slice.resampled().interval(Metric.AP);
            if (interval != null) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s = %s: %s AP %.3f  se %.4f  %.3f to %.3f%n",
                        slice.column(),
                        slice.value() == null ? "(none)" : slice.value(),
                        slice.resampled().point().type().label(),
                        slice.resampled().point().metric(Metric.AP),
                        interval.standardError(),
                        interval.low(),
                        interval.high()));
            }
        }
        return text.append(METHOD.substring(METHOD.indexOf("percentile intervals")))
                .append(System.lineSeparator())
                .toString();
    }
}
