package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.parquet.ResultTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of the voc-sds protocol in the files of an evaluation; {@code MetricsFiles} says what they hold. */
public record SdsFinding(SdsResult result, Map<Long, String> names) implements Finding {

    /**
     * Returns the findings of the protocol.
     *
     * @param weights of the bootstrap there was, or null
     */
    public static List<Finding> all(SdsResult result, Map<Long, String> names, @Nullable PoissonWeights weights) {
        SdsFinding files = new SdsFinding(result, names);
        return weights == null || result.replicates() == null
                ? List.of(files)
                : List.of(files, IntervalFinding.of(result, weights, names));
    }

    /** Returns {@code mAP@0.5} and {@code mAP@0.7} by form, as in {@code metrics.json}. */
    public static Map<String, Map<String, Double>> numbers(SdsResult result) {
        return numbers("mAP", result::meanAveragePrecision);
    }

    private interface Precision {
        double of(Threshold threshold, Form form);
    }

    private static Map<String, Map<String, Double>> numbers(String name, Precision precision) {
        Map<String, Map<String, Double>> numbers = new LinkedHashMap<>();
        for (Threshold threshold : Threshold.values()) {
            Map<String, Double> forms = new LinkedHashMap<>();
            for (Form form : Form.values()) {
                forms.put(form.label(), precision.of(threshold, form));
            }
            numbers.put(key(name, threshold), forms);
        }
        return numbers;
    }

    private static String key(String name, Threshold threshold) {
        return String.format(Locale.ROOT, "%s@%.1f", name, threshold.overlap());
    }

    private record OfCategory(
            long id,
            @Nullable String name,
            long positives,
            long detections,
            @JsonAnyGetter Map<String, Map<String, Double>> numbers) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, Object> entry = new LinkedHashMap<>(numbers(result));
        entry.put("categories", result.categories().stream().map(this::entry).toList());
        return new MetricsEntry(SdsEvaluation.LABEL, entry);
    }

    private OfCategory entry(SdsCategory category) {
        return new OfCategory(
                category.categoryId(),
                names.get(category.categoryId()),
                category.positives(),
                category.detections(),
                numbers("AP", category::averagePrecision));
    }

    /** {@code summary}: mAP by overlap and form; {@code categories}: AP of each category that has objects. */
    @Override
    public List<ResultTable> tables() {
        ResultTable summary = new ResultTable("summary", number("iou"), text("form"), number("map"));
        ResultTable categories = new ResultTable(
                "categories",
                whole("category_id"),
                text("category"),
                whole("positives"),
                whole("detections"),
                number("iou"),
                text("form"),
                number("ap"));
        for (Threshold threshold : Threshold.values()) {
            for (Form form : Form.values()) {
                summary.row().add(threshold.overlap()).add(form.label());
                summary.addKnown(result.meanAveragePrecision(threshold, form));
                for (SdsCategory category : result.categories()) {
                    categories.row().add(category.categoryId()).add(names.get(category.categoryId()));
                    categories.add(category.positives()).add(category.detections());
                    categories.add(threshold.overlap()).add(form.label());
                    categories.addKnown(category.averagePrecision(threshold, form));
                }
            }
        }
        return List.of(summary, categories);
    }

    /** Writes its part of {@code curves.json}, number by number. */
    public void writeCurves(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("recalls");
        for (int r = 0; r < SdsEvaluation.RECALLS; r++) {
            json.writeNumber(SdsEvaluation.recall(r));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("iou_thresholds");
        for (Threshold threshold : Threshold.values()) {
            json.writeNumber(threshold.overlap());
        }
        json.writeEndArray();
        json.writeObjectFieldStart(SdsEvaluation.LABEL);
        json.writeArrayFieldStart("categories");
        for (SdsCategory category : result.categories()) {
            json.writeStartObject();
            writeName(json, category);
            json.writeArrayFieldStart("precision");
            for (Threshold threshold : Threshold.values()) {
                json.writeStartArray();
                for (double precision : category.at(threshold).atRecalls()) {
                    json.writeNumber(precision);
                }
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeName(JsonGenerator json, SdsCategory category) throws IOException {
        json.writeNumberField("id", category.categoryId());
        json.writeStringField("name", names.get(category.categoryId()));
    }
}
