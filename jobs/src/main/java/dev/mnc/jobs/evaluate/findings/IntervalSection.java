package dev.mnc.jobs.evaluate.findings;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.jobs.parquet.ResultTable.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The intervals of numbers that belong together.
 *
 * @param section where they stand
 * @param labels what tells them from others of the section
 * @param all those over all categories
 * @param categories those of each category, by id; none if they are not told by category
 */
record IntervalSection(Section section, List<Label> labels, List<Estimate> all, List<OfCategory> categories) {

    /** The subject of the numbers, with the name of its entry among the intervals and that of its table. */
    enum Section {
        /** The protocol itself; its entries have the name of their only label. */
        PROTOCOL("", "intervals"),
        SLICES("slices", "slice_intervals"),
        LISTS("lists", "list_intervals"),
        ERRORS("errors", "error_intervals"),
        THRESHOLDS("thresholds", "threshold_intervals"),
        CALIBRATION("calibration", "calibration_intervals"),
        FALSE_ALARMS("false_alarms", "false_alarm_intervals");

        private final String field;
        private final String table;

        Section(String field, String table) {
            this.field = field;
            this.table = table;
        }

        String field() {
            return field;
        }

        String table() {
            return table;
        }
    }

    /**
     * A property.
     *
     * @param column its name and what it holds
     * @param value a String, a Long or a Double as that says; null if there is none
     */
    record Label(Column column, @Nullable Object value) {

        static Label of(String name, @Nullable String value) {
            return new Label(Column.text(name), value);
        }

        static Label of(String name, long value) {
            return new Label(Column.whole(name), value);
        }

        static Label ofNumber(String name, @Nullable Double value) {
            return new Label(Column.number(name), value);
        }
    }

    record OfCategory(long id, List<Estimate> estimates) {}

    IntervalSection {
        labels = List.copyOf(labels);
        all = List.copyOf(all);
        categories = List.copyOf(categories);
    }

    /** Returns whether no number over all categories has an interval. */
    boolean isEmpty() {
        return all.stream().allMatch(estimate -> estimate.interval() == null);
    }

    /** Returns the value of the first label. */
    String name() {
        return requireNonNull(labels.get(0).value()).toString();
    }
}
