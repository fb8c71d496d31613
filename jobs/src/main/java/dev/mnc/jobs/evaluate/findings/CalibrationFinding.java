package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.number;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.text;
import static dev.mnc.jobs.evaluate.tables.ResultTable.Column.whole;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.Calibration.Bin;
import dev.mnc.jobs.evaluate.tables.ResultTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * How far the scores are probabilities of being right, at one overlap and for objects of all sizes: {@link Calibration}.
 *
 * <p>{@code calibration} in {@code metrics.json}: by IoU type {@code iou}, {@code detections} that count, those
 * {@code outside} of [0, 1], the errors {@code ece} and {@code mce} and the {@code bins} of all categories together, and
 * of each category the same without bins; -1 where there are no detections. The tables {@code calibration} (errors) and
 * {@code reliability} (bins) have all of it; where {@code category_id} is missing a row is about all categories, and the
 * figures of nothing are missing.
 *
 * @param results one for each IoU type
 * @param names of the categories by id
 */
public record CalibrationFinding(List<EvaluationResult> results, Map<Long, String> names) implements Finding {

    public CalibrationFinding {
        results = List.copyOf(results);
    }

    private static Calibration together(EvaluationResult result) {
        Calibration all = new Calibration();
        result.categories().forEach(category -> all.add(category.scores().calibration()));
        return all;
    }

    private static double iou(CategoryResult category) {
        return category.rules().threshold(category.scores().threshold());
    }

    @Override
    public void writeMetrics(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("calibration");
        for (EvaluationResult result : results) {
            Calibration all = together(result);
            json.writeObjectFieldStart(result.type().label());
            writeErrors(json, all);
            json.writeArrayFieldStart("bins");
            for (Bin bin : all.bins()) {
                json.writeStartObject();
                json.writeNumberField("from", bin.from());
                json.writeNumberField("to", bin.to());
                json.writeNumberField("detections", bin.detections());
                json.writeNumberField("mean_score", bin.meanScore());
                json.writeNumberField("precision", bin.precision());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("categories");
            for (CategoryResult category : result.categories()) {
                json.writeStartObject();
                json.writeNumberField("id", category.categoryId());
                json.writeStringField("name", names.get(category.categoryId()));
                json.writeNumberField("iou", iou(category));
                writeErrors(json, category.scores().calibration());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeErrors(JsonGenerator json, Calibration calibration) throws IOException {
        json.writeNumberField("detections", calibration.detections());
        json.writeNumberField("outside", calibration.outside());
        json.writeNumberField("ece", calibration.expectedError());
        json.writeNumberField("mce", calibration.maximumError());
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable errors = new ResultTable(
                "calibration",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                number("iou"),
                whole("detections"),
                whole("outside"),
                number("ece"),
                number("mce"));
        ResultTable bins = new ResultTable(
                "reliability",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                number("iou"),
                number("score_from"),
                number("score_to"),
                whole("detections"),
                whole("true_positives"),
                number("mean_score"),
                number("precision"));
        for (EvaluationResult result : results) {
            if (result.categories().isEmpty()) {
                continue;
            }
            String type = result.type().label();
            double iou = iou(result.categories().get(0));
            Calibration all = together(result);
            addErrors(errors.row().add(type).missing().missing().add(iou), all);
            for (Bin bin : all.bins()) {
                addBin(bins.row().add(type).missing().missing().add(iou), bin);
            }
            for (CategoryResult category : result.categories()) {
                long id = category.categoryId();
                Calibration its = category.scores().calibration();
                addErrors(errors.row().add(type).add(id).add(names.get(id)).add(iou), its);
                for (Bin bin : its.bins()) {
                    addBin(bins.row().add(type).add(id).add(names.get(id)).add(iou), bin);
                }
            }
        }
        return List.of(errors, bins);
    }

    private static void addErrors(ResultTable row, Calibration calibration) {
        row.add(calibration.detections()).add(calibration.outside());
        if (calibration.detections() == 0) {
            row.missing().missing();
        } else {
            row.add(calibration.expectedError()).add(calibration.maximumError());
        }
    }

    private static void addBin(ResultTable row, Bin bin) {
        row.add(bin.from()).add(bin.to()).add(bin.detections()).add(bin.right());
        if (bin.detections() == 0) {
            row.missing().missing();
        } else {
            row.add(bin.meanScore()).add(bin.precision());
        }
    }
}
