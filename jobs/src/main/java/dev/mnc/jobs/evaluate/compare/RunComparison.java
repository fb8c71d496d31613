package dev.mnc.jobs.evaluate.compare;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.evaluation.bootstrap.Comparison;
import dev.mnc.evaluation.bootstrap.Difference;
import dev.mnc.evaluation.bootstrap.Difference.Verdict;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.jobs.parquet.ResultTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The changes from one run to another.
 *
 * <p>{@code compare.json}: {@code method}, {@code replicates} and {@code seed}; by IoU type {@code statement}, then each
 * of the twelve numbers with {@code a}, {@code b}, {@code difference} (b - a), {@code standard_error}, {@code low} and
 * {@code high} of entry basic interval of 95 %, {@code share_b_above_a} of the replicates, {@code p_value} (normal, with
 * that standard error), {@code replicates} that have both numbers, and {@code verdict}; null where there is nothing to
 * be found. {@code categories} has the same for each category; there {@code p_value_holm} is corrected for looking at
 * all categories and decides the verdict. The file {@code tables/comparison.parquet} has a row for each number.
 *
 * @param config what was compared
 * @param comparisons one for each IoU type
 * @param names of the categories by id
 * @param warnings a line each
 */
public record RunComparison(
        CompareConfig config, List<Comparison> comparisons, Map<Long, String> names, List<String> warnings) {

    /** The method of the comparison. */
    static final String METHOD = "both runs in the same replicates of a Poisson bootstrap over images;"
            + " basic (reverse percentile) intervals of the difference."
            + " Of twenty numbers that do not differ one looks as if it did at 95 %;"
            + " categories are therefore judged by p_value_holm";

    private static final double LEVEL = 0.05;
    private static final int MOST_CATEGORIES = 10;

    public RunComparison {
        comparisons = List.copyOf(comparisons);
        warnings = List.copyOf(warnings);
    }

    static String type(Comparison comparison) {
        return comparison.a().point().type().label();
    }

    /** Returns in a sentence which run has the higher AP, if that can be told from chance. */
    static String statement(Comparison comparison) {
        String name = switch (comparison.a().point().type()) {
            case SEGM -> "mask AP";
            case BBOX -> "box AP";
            default -> type(comparison) + " AP";
        };
        Difference difference = comparison.of(Metric.AP);
        Interval interval = difference.interval();
        if (interval == null) {
            return "there is nothing to be found, so nothing to compare";
        }
        if (interval.standardError() == 0) {
            return String.format(
                    Locale.ROOT,
                    "no difference in %s can be told from chance: B - A is %+.3f in every replicate",
                    name,
                    difference.value());
        }
        return switch (difference.verdict()) {
            case B_BETTER ->
                String.format(
                        Locale.ROOT,
                        "B is better by %.3f %s (95 %% %.3f to %.3f)",
                        difference.value(),
                        name,
                        interval.low(),
                        interval.high());
            case A_BETTER ->
                String.format(
                        Locale.ROOT,
                        "A is better by %.3f %s (95 %% %.3f to %.3f)",
                        -difference.value(),
                        name,
                        -interval.high(),
                        -interval.low());
            case UNDECIDED ->
                String.format(
                        Locale.ROOT,
                        "no difference in %s can be told from chance: B - A is %+.3f (95 %% %+.3f to %+.3f)",
                        name,
                        difference.value(),
                        interval.low(),
                        interval.high());
        };
    }

    static Verdict verdict(Difference difference, double corrected) {
        return corrected < LEVEL ? difference.value() > 0 ? Verdict.B_BETTER : Verdict.A_BETTER : Verdict.UNDECIDED;
    }

    static String label(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the content of {@code compare.json}. */
    ComparisonJson json() {
        return ComparisonJson.of(this);
    }

    /** Returns the p-values of all categories by number, corrected for looking at all of them. */
    static Map<Metric, double[]> corrected(Comparison comparison) {
        Map<Metric, double[]> corrected = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            corrected.put(metric, comparison.corrected(metric));
        }
        return corrected;
    }

    /** Returns a row for each number; where {@code category_id} is missing it is about all categories. */
    ResultTable table() {
        ResultTable table = new ResultTable(
                "comparison",
                text("iou_type"),
                whole("category_id"),
                text("category"),
                text("metric"),
                number("a"),
                number("b"),
                number("difference"),
                number("standard_error"),
                number("low"),
                number("high"),
                number("share_b_above_a"),
                number("p_value"),
                number("p_value_holm"),
                whole("replicates"),
                text("verdict"));
        for (Comparison comparison : comparisons) {
            String type = type(comparison);
            for (Metric metric : Metric.values()) {
                Difference difference = comparison.of(metric);
                add(table.row().add(type).missing().missing().add(metric.name()), difference, difference.verdict(), -1);
            }
            Map<Metric, double[]> corrected = corrected(comparison);
            List<CategoryResult> categories = comparison.a().point().categories();
            for (int i = 0; i < categories.size(); i++) {
                long id = categories.get(i).categoryId();
                for (Metric metric : Metric.values()) {
                    double chance = corrected.getOrDefault(metric, new double[0])[i];
                    Difference difference = comparison.of(i, metric);
                    add(
                            table.row().add(type).add(id).add(names.get(id)).add(metric.name()),
                            difference,
                            verdict(difference, chance),
                            chance);
                }
            }
        }
        return table;
    }

    private static void add(ResultTable row, Difference difference, Verdict verdict, double corrected) {
        Interval interval = difference.interval();
        if (interval == null) {
            for (int column = 0; column < 11; column++) {
                row.missing();
            }
            return;
        }
        row.add(difference.a()).add(difference.b()).add(difference.value());
        row.add(interval.standardError()).add(interval.low()).add(interval.high());
        row.add(difference.aboveShare()).add(difference.chance());
        if (corrected < 0) {
            row.missing();
        } else {
            row.add(corrected);
        }
        row.add((long) interval.replicates()).add(label(verdict));
    }

    /** Returns what the command prints. */
    String lines() {
        StringBuilder text = new StringBuilder();
        for (Comparison comparison : comparisons) {
            text.append(String.format(Locale.ROOT, "%s: %s%n", type(comparison), statement(comparison)))
                    .append(String.format(
                            Locale.ROOT,
                            " %-5s %7s %7s %8s %8s   %-18s %s%n",
                            "",
                            "A",
                            "B",
                            "B - A",
                            "se",
                            "95 % of B - A",
                            "B above A"));
            for (Metric metric : Metric.values()) {
                append(text, metric.name(), comparison.of(metric));
            }
            appendCategories(text, comparison);
        }
        return text.append(String.format(Locale.ROOT, "compare  %s%n", path("compare.json")))
                .append("table    ")
                .append(path("tables/comparison.parquet"))
                .toString();
    }

    private static void append(StringBuilder text, String name, Difference difference) {
        Interval interval = difference.interval();
        if (interval != null) {
            text.append(String.format(
                    Locale.ROOT,
                    " %-5s %7.3f %7.3f %+8.3f %8.4f   %+.3f to %+.3f   %.0f %%%n",
                    name,
                    difference.a(),
                    difference.b(),
                    difference.value(),
                    interval.standardError(),
                    interval.low(),
                    interval.high(),
                    100 * difference.aboveShare()));
        }
    }

    /** The categories whose AP differs, those that differ most first. */
    private void appendCategories(StringBuilder text, Comparison comparison) {
        double[] corrected = comparison.corrected(Metric.AP);
        List<Integer> differ = new ArrayList<>();
        int looked = 0;
        for (int i = 0; i < corrected.length; i++) {
            looked += Double.isNaN(corrected[i]) ? 0 : 1;
            if (corrected[i] < LEVEL) {
                differ.add(i);
            }
        }
        differ.sort((i, j) -> Double.compare(
                Math.abs(comparison.of(j, Metric.AP).value()),
                Math.abs(comparison.of(i, Metric.AP).value())));
        text.append(String.format(
                Locale.ROOT,
                "categories whose AP differs (Holm's correction for looking at %d): %s%n",
                looked,
                differ.isEmpty() ? "none" : differ.size()));
        for (int i : differ.subList(0, Math.min(MOST_CATEGORIES, differ.size()))) {
            long id = comparison.a().point().categories().get(i).categoryId();
            Difference difference = comparison.of(i, Metric.AP);
            text.append(String.format(
                    Locale.ROOT,
                    " %s: %.3f to %.3f, %+.3f, p %.2g%n",
                    names.getOrDefault(id, Long.toString(id)),
                    difference.a(),
                    difference.b(),
                    difference.value(),
                    corrected[i]));
        }
    }

    /** Returns the path of a file of the comparison. */
    String path(String name) {
        return config.out().endsWith("/") ? config.out() + name : config.out() + "/" + name;
    }
}
