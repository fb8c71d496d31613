package dev.mnc.jobs.evaluate.findings;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.scores.ScoreThresholds.Found;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The score thresholds of each category, at one overlap and for objects of all sizes. A threshold keeps the
 * detections with this score or a higher one.
 *
 * <p>{@code thresholds} in {@code metrics.json}: {@code target_precision}, and by IoU type of each category {@code iou},
 * {@code max_f1}, the threshold with the highest F1, and {@code at_precision}, the least one with the wanted precision;
 * null where there is none. The table {@code thresholds} has a row for each of both rules that found one.
 *
 * <p>{@code min-scores-f1.conf} and {@code min-scores-precision.conf} are settings for {@code mnc label}, of the first
 * IoU type.
 *
 * @param results one for each IoU type
 * @param target what was wanted
 * @param names of the categories by id
 */
public record ScoreFinding(List<EvaluationResult> results, ScoreTarget target, Map<Long, String> names)
        implements Finding {

    private static final String BY_F1 = "min-scores-f1.conf";
    private static final String BY_PRECISION = "min-scores-precision.conf";

    /** The names of its texts. */
    public static final List<String> FILES = List.of(BY_F1, BY_PRECISION);

    /** The rules by their names. */
    private enum Rule {
        MAX_F1("max_f1"),
        AT_PRECISION("at_precision");

        private final String label;

        Rule(String label) {
            this.label = label;
        }

        @Nullable
        ScoreThreshold of(CategoryResult category) {
            Found found = category.scores().thresholds();
            return this == MAX_F1 ? found.highestF1() : found.atPrecision();
        }
    }

    public ScoreFinding {
        results = List.copyOf(results);
    }

    private static double iou(CategoryResult category) {
        return category.rules().threshold(category.scores().threshold());
    }

    private record Thresholds(
            double targetPrecision, @JsonAnyGetter Map<String, List<OfCategory>> types) {}

    private record OfCategory(
            long id,
            @Nullable String name,
            double iou,
            @JsonProperty("max_f1") @Nullable Numbers highestF1,
            @Nullable Numbers atPrecision) {}

    private record Numbers(double score, double f1, double precision, double recall) {

        static @Nullable Numbers of(@Nullable ScoreThreshold threshold) {
            return threshold == null
                    ? null
                    : new Numbers(threshold.score(), threshold.f1(), threshold.precision(), threshold.recall());
        }
    }

    @Override
    public MetricsEntry metrics() {
        Map<String, List<OfCategory>> types = new LinkedHashMap<>();
        for (EvaluationResult result : results) {
            types.put(
                    result.type().label(),
                    result.categories().stream()
                            .map(category -> new OfCategory(
                                    category.categoryId(),
                                    names.get(category.categoryId()),
                                    iou(category),
                                    Numbers.of(Rule.MAX_F1.of(category)),
                                    Numbers.of(Rule.AT_PRECISION.of(category))))
                            .toList());
        }
        return new MetricsEntry("thresholds", new Thresholds(target.precision(), types));
    }

    @Override
    public List<ResultTable> tables() {
        ResultTable table = new ResultTable(
                "thresholds",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                number("iou"),
                text("rule"),
                number("target_precision"),
                number("score"),
                number("f1"),
                number("precision"),
                number("recall"),
                whole("true_positives"),
                whole("false_positives"),
                whole("positives"));
        for (EvaluationResult result : results) {
            for (CategoryResult category : result.categories()) {
                for (Rule rule : Rule.values()) {
                    ScoreThreshold found = rule.of(category);
                    if (found != null) {
                        table.row().add(result.type().label()).add(category.categoryId());
                        table.add(names.get(category.categoryId())).add(iou(category));
                        add(table.add(rule.label), rule, found);
                    }
                }
            }
        }
        return List.of(table);
    }

    private void add(ResultTable table, Rule rule, ScoreThreshold found) {
        if (rule == Rule.MAX_F1) {
            table.missing();
        } else {
            table.add(target.precision());
        }
        table.add(found.score()).add(found.f1()).add(found.precision()).add(found.recall());
        table.add(found.truePositives()).add(found.falsePositives()).add(found.positives());
    }

    @Override
    public Map<String, String> texts() {
        EvaluationResult first = results.get(0);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(BY_F1, conf(first, Rule.MAX_F1, "the highest F1"));
        texts.put(
                BY_PRECISION,
                conf(first, Rule.AT_PRECISION, "the least that still has a precision of " + target.precision()));
        return texts;
    }

    private String conf(EvaluationResult result, Rule rule, String what) {
        StringBuilder conf = new StringBuilder(
                String.format(Locale.ROOT, """
                # For mnc label --conf: of each category the score from which instances are kept, here %s
                # of %s. Categories without one keep to label.min-score.
                label.min-scores = [
                """, what, result.type().label()));
        for (CategoryResult category : result.categories()) {
            conf.append("  ").append(line(category, rule.of(category))).append('\n');
        }
        return conf.append("]\n").toString();
    }

    private String line(CategoryResult category, @Nullable ScoreThreshold found) {
        long id = category.categoryId();
        if (found == null) {
            return String.format(Locale.ROOT, "# %d (%s): none", id, name(id));
        }
        if (!(found.score() >= 0 && found.score() <= 1)) {
            return String.format(Locale.ROOT, "# %d (%s): %s is no probability", id, name(id), found.score());
        }
        return String.format(
                Locale.ROOT,
                "\"%d=%s\" # %s: F1 %.3f, precision %.3f, recall %.3f",
                id,
                found.score(),
                name(id),
                found.f1(),
                found.precision(),
                found.recall());
    }

    /** On one line. */
    private String name(long category) {
        return String.valueOf(names.get(category)).replaceAll("\\R", " ");
    }
}
