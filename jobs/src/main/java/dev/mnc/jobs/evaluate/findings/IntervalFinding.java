package dev.mnc.jobs.evaluate.findings;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Interval;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Label;
import dev.mnc.jobs.evaluate.findings.IntervalSection.OfCategory;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Section;
import dev.mnc.jobs.parquet.ResultTable;
import dev.mnc.jobs.parquet.ResultTable.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The uncertainty of the numbers: {@link Interval}.
 *
 * <p>{@code intervals} in {@code metrics.json}: {@code method}, {@code level}, {@code replicates} and {@code seed}; by
 * IoU type each number of the protocol with {@code value}, {@code standard_error}, {@code low}, {@code high}, the
 * {@code mean} of the replicates and how many {@code replicates} have the number, null where nothing can be told; and
 * {@code categories} with the same for each. Then, of what else was requested, arrays {@code slices}, {@code lists},
 * {@code errors}, {@code thresholds}, {@code calibration} and {@code false_alarms}: each entry says what it is about and
 * has numbers and {@code categories} as above.
 *
 * <p>The table {@code intervals} has a row for each number of the protocol; where {@code category_id} is missing it is
 * about all categories. Those of the arrays are {@code slice_intervals}, {@code list_intervals} and so on.
 *
 * <p>Thresholds on scores are chosen once: told is how sure F1, precision and recall are at that score. Counts of the
 * ground truth, of detections and of errors have no intervals.
 *
 * @param intervals by section
 * @param resampled the protocol's own rankings, one for each IoU type; not written, for whoever compares runs; none of
 *     voc-sds
 * @param weights how images were weighted
 * @param images in which there are detections; likewise for whoever compares runs
 * @param names of the categories by id
 */
public record IntervalFinding(
        List<IntervalSection> intervals,
        List<Resampled> resampled,
        PoissonWeights weights,
        DetectedImages images,
        Map<Long, String> names)
        implements Finding {

    /** The kind of the intervals, and why it is no other. */
    public static final String METHOD = "basic (reverse percentile) intervals of a Poisson bootstrap over images;"
            + " percentile intervals would be shifted upwards, for replicates lie above the number itself:"
            + " images drawn twice agree with themselves, and categories none of whose images is drawn leave the mean";

    private static final double LEVEL = 0.95;

    public IntervalFinding {
        resampled = List.copyOf(resampled);
        intervals = List.copyOf(intervals);
    }

    /** Returns the intervals of the protocol voc-sds. */
    public static IntervalFinding of(SdsResult result, PoissonWeights weights, Map<Long, String> names) {
        List<OfCategory> categories = IntStream.range(0, result.categories().size())
                .mapToObj(i -> new OfCategory(result.categories().get(i).categoryId(), result.estimates(i)))
                .toList();
        IntervalSection section = new IntervalSection(
                Section.PROTOCOL, List.of(Label.of("protocol", SdsEvaluation.LABEL)), result.estimates(), categories);
        return new IntervalFinding(List.of(section), List.of(), weights, new DetectedImages(), names);
    }

    private List<IntervalSection> of(Section section) {
        return intervals.stream().filter(each -> each.section() == section).toList();
    }

    private record NumberInterval(
            double value, double standardError, double low, double high, double mean, int replicates) {}

    private record Intervals(
            String method,
            double level,
            int replicates,
            long seed,
            @JsonAnyGetter Map<String, Object> sections) {}

    @Override
    public MetricsEntry metrics() {
        Map<String, Object> sections = new LinkedHashMap<>();
        for (Section section : Section.values()) {
            List<IntervalSection> all = of(section);
            if (section == Section.PROTOCOL) {
                all.forEach(each -> sections.put(each.name(), numbers(each)));
            } else if (!all.isEmpty()) {
                sections.put(section.field(), all.stream().map(this::labelled).toList());
            }
        }
        return new MetricsEntry(
                "intervals", new Intervals(METHOD, LEVEL, weights.replicates(), weights.seed(), sections));
    }

    private Map<String, @Nullable Object> labelled(IntervalSection section) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        section.labels().forEach(label -> entry.put(label.column().name(), label.value()));
        entry.putAll(numbers(section));
        return entry;
    }

    private Map<String, @Nullable Object> numbers(IntervalSection section) {
        Map<String, @Nullable Object> numbers = new LinkedHashMap<>();
        section.all().forEach(estimate -> numbers.put(estimate.name(), number(estimate)));
        if (!section.categories().isEmpty()) {
            numbers.put(
                    "categories",
                    section.categories().stream().map(this::numbers).toList());
        }
        return numbers;
    }

    private Map<String, @Nullable Object> numbers(OfCategory category) {
        Map<String, @Nullable Object> numbers = new LinkedHashMap<>();
        numbers.put("id", category.id());
        numbers.put("name", names.get(category.id()));
        category.estimates().forEach(estimate -> numbers.put(estimate.name(), number(estimate)));
        return numbers;
    }

    private static @Nullable NumberInterval number(Estimate estimate) {
        Interval interval = estimate.interval();
        return interval == null
                ? null
                : new NumberInterval(
                        estimate.value(),
                        interval.standardError(),
                        interval.low(),
                        interval.high(),
                        interval.mean(),
                        interval.replicates());
    }

    @Override
    public List<ResultTable> tables() {
        return Arrays.stream(Section.values())
                .filter(section -> !of(section).isEmpty())
                .map(section -> table(section, of(section)))
                .toList();
    }

    private ResultTable table(Section section, List<IntervalSection> all) {
        boolean byCategory = all.stream().anyMatch(each -> !each.categories().isEmpty());
        List<Column> columns = new ArrayList<>();
        all.get(0).labels().forEach(label -> columns.add(label.column()));
        if (byCategory) {
            columns.add(Column.whole("category_id"));
            columns.add(Column.text("category"));
        }
        columns.add(Column.text("metric"));
        for (String name : List.of("value", "standard_error", "low", "high", "mean")) {
            columns.add(Column.number(name));
        }
        columns.add(Column.whole("replicates"));
        ResultTable table = new ResultTable(section.table(), columns.toArray(Column[]::new));
        for (IntervalSection each : all) {
            for (Estimate estimate : each.all()) {
                start(table, each);
                if (byCategory) {
                    table.missing().missing();
                }
                add(table, estimate);
            }
            for (OfCategory category : each.categories()) {
                for (Estimate estimate : category.estimates()) {
                    start(table, each).add(category.id()).add(names.get(category.id()));
                    add(table, estimate);
                }
            }
        }
        return table;
    }

    private static ResultTable start(ResultTable table, IntervalSection section) {
        table.row();
        for (Label label : section.labels()) {
            if (label.value() instanceof Long whole) {
                table.add(whole.longValue());
            } else if (label.value() instanceof Double number) {
                table.add(number.doubleValue());
            } else if (label.value() instanceof String text) {
                table.add(text);
            } else {
                table.missing();
            }
        }
        return table;
    }

    private static void add(ResultTable row, Estimate estimate) {
        row.add(estimate.name());
        Interval interval = estimate.interval();
        if (interval == null) {
            row.missing().missing().missing().missing().missing().missing();
            return;
        }
        row.add(estimate.value())
                .add(interval.standardError())
                .add(interval.low())
                .add(interval.high())
                .add(interval.mean())
                .add((long) interval.replicates());
    }

    @Override
    public String lines() {
        StringBuilder text = new StringBuilder();
        for (IntervalSection each : of(Section.PROTOCOL)) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: standard error and basic 95 %% interval, of %d replicates%n",
                    each.name(),
                    weights.replicates()));
            appendRows(text, each);
        }
        for (IntervalSection each : of(Section.SLICES)) {
            Label label = each.labels().get(0);
            Object slice = each.labels().get(1).value();
            appendRow(
                    text,
                    String.format(
                            Locale.ROOT,
                            "%s = %s: %s ",
                            label.value(),
                            slice == null ? "(none)" : slice,
                            each.labels().get(2).value()),
                    each.all().subList(0, 1));
        }
        for (IntervalSection each : of(Section.LISTS)) {
            // Those at one overlap stand in the files.
            if (each.labels().stream().anyMatch(label -> label.value() == null)) {
                appendRow(text, about(each) + ": ", each.all());
            }
        }
        for (IntervalSection each : of(Section.ERRORS)) {
            text.append(String.format(Locale.ROOT, "errors of %s, by TIDE%n", each.name()));
            appendRows(text, each);
        }
        return text.append(METHOD.substring(METHOD.indexOf("percentile intervals")))
                .append(System.lineSeparator())
                .toString();
    }

    private static String about(IntervalSection section) {
        return section.labels().stream()
                .filter(label -> label.value() != null)
                .map(label -> label.column().name() + " " + label.value())
                .collect(Collectors.joining(", "));
    }

    private static void appendRows(StringBuilder text, IntervalSection section) {
        int width = section.all().stream()
                .mapToInt(estimate -> estimate.name().length())
                .max()
                .orElse(0);
        for (Estimate estimate : section.all()) {
            if (estimate.interval() != null) {
                text.append(' ').append(told(estimate, Math.max(width, 5))).append(System.lineSeparator());
            }
        }
    }

    private static void appendRow(StringBuilder text, String start, List<Estimate> estimates) {
        String row = estimates.stream()
                .filter(estimate -> estimate.interval() != null)
                .map(estimate -> told(estimate, 1))
                .collect(Collectors.joining("; "));
        if (!row.isEmpty()) {
            text.append(start).append(row).append(System.lineSeparator());
        }
    }

    private static String told(Estimate estimate, int width) {
        @Nullable Interval interval = estimate.interval();
        return interval == null
                ? estimate.name()
                : String.format(
                        Locale.ROOT,
                        "%-" + width + "s %.3f  se %.4f  %.3f to %.3f",
                        estimate.name(),
                        estimate.value(),
                        interval.standardError(),
                        interval.low(),
                        interval.high());
    }
}
