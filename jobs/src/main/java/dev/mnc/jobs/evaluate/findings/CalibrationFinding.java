package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.Calibration.Bin;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calibration of the scores, how far they are probabilities of being right, at one overlap and for objects of all sizes: {@link Calibration}.
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

    private record OfType(
            long detections, long outside, double ece, double mce, List<OfBin> bins, List<OfCategory> categories) {}

    private record OfBin(double from, double to, long detections, double meanScore, double precision) {

        static OfBin of(Bin bin) {
            return new OfBin(bin.from(), bin.to(), bin.detections(), bin.meanScore(), bin.precision());
        }
    }

    private record OfCategory(
            long id, @Nullable String name, double iou, long detections, long outside, double ece, double mce) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, OfType> types = new LinkedHashMap<>();
        for (EvaluationResult result : results) {
            Calibration all = together(result);
            types.put(
                    result.type().label(),
                    new OfType(
                            all.detections(),
                            all.outside(),
                            all.expectedError(),
                            all.maximumError(),
                            all.bins().stream().map(OfBin::of).toList(),
                            result.categories().stream().map(this::entry).toList()));
        }
        return new MetricsEntry("calibration", types);
    }

    private OfCategory entry(CategoryResult category) {
        Calibration calibration = category.scores().calibration();
        return new OfCategory(
                category.categoryId(),
                names.get(category.categoryId()),
                iou(category),
                calibration.detections(),
                calibration.outside(),
                calibration.expectedError(),
                calibration.maximumError());
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
                Calibration calibration = category.scores().calibration();
                addErrors(errors.row().add(type).add(id).add(names.get(id)).add(iou), calibration);
                for (Bin bin : calibration.bins()) {
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
