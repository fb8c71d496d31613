package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * COCO's numbers and curves as tables; in {@code metrics.json} they stand by IoU type. What is -1 there, for want of
 * objects, is missing here.
 *
 * <ul>
 *   <li>{@code summary}: the numbers over all categories, a row each.
 *   <li>{@code categories}: of each category with objects, size range, overlap and limit on detections AP and AR; AP is
 *       known for the highest limit.
 *   <li>{@code pr_curves}: of each category with objects, size range, overlap and recall the precision and the score at
 *       which the recall is reached; the latter is missing, and precision 0, where it is not.
 * </ul>
 *
 * @param results one for each IoU type
 * @param names of the categories by id
 */
public record CurveFinding(List<EvaluationResult> results, Map<Long, String> names) implements Finding {

    public CurveFinding {
        results = List.copyOf(results);
    }

    @Override
    public @Nullable MetricsEntry metrics() {
        return null;
    }

    @Override
    public List<ResultTable> tables() {
        return List.of(summary(), categories(), curves());
    }

    private ResultTable summary() {
        ResultTable table = new ResultTable("summary", text("iou_type"), text("metric"), number("value"));
        for (EvaluationResult result : results) {
            result.metrics()
                    .forEach((metric, value) -> table.row()
                            .add(result.type().label())
                            .add(metric.name())
                            .addKnown(value));
        }
        return table;
    }

    private ResultTable categories() {
        ResultTable table = new ResultTable(
                "categories",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("area"),
                number("iou"),
                whole("max_detections"),
                whole("positives"),
                number("ap"),
                number("ar"));
        for (EvaluationResult result : results) {
            for (CategoryResult category : result.categories()) {
                MatchRules rules = category.rules();
                for (int area = 0; area < rules.areas(); area++) {
                    for (int t = 0; t < rules.thresholds() && category.positives(area) > 0; t++) {
                        for (int limit = 0; limit < rules.limits(); limit++) {
                            table.row().add(result.type().label());
                            table.add(category.categoryId()).add(names.get(category.categoryId()));
                            table.add(rules.areaName(area)).add(rules.threshold(t));
                            table.add(rules.limit(limit)).add(category.positives(area));
                            table.addKnown(limit < rules.limits() - 1 ? -1 : category.averagePrecision(area, t));
                            table.add(category.recall(area, limit, t));
                        }
                    }
                }
            }
        }
        return table;
    }

    private ResultTable curves() {
        ResultTable table = new ResultTable(
                "pr_curves",
                text("iou_type"),
                whole("category_id"),
                text("area"),
                number("iou"),
                number("recall"),
                number("precision"),
                number("score"));
        for (EvaluationResult result : results) {
            for (CategoryResult category : result.categories()) {
                for (int area = 0; area < category.rules().areas(); area++) {
                    for (int t = 0; t < category.rules().thresholds() && category.positives(area) > 0; t++) {
                        addCurve(table, result.type().label(), category, area, t);
                    }
                }
            }
        }
        return table;
    }

    private static void addCurve(ResultTable table, String type, CategoryResult category, int area, int t) {
        String areaName = category.rules().areaName(area);
        double iou = category.rules().threshold(t);
        for (int r = 0; r < CocoProtocol.RECALLS; r++) {
            double precision = category.precision(area, t, r);
            table.row().add(type).add(category.categoryId()).add(areaName).add(iou);
            table.add(CocoProtocol.recall(r)).add(precision);
            if (precision > 0) {
                table.add(category.score(area, t, r));
            } else {
                table.missing();
            }
        }
    }
}
