package dev.mnc.jobs.parquet;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A result as a table, to be read by a notebook: columns with a name and a type, and rows of values, any of which may be
 * missing. For one thread.
 *
 * <pre>{@code
 * ResultTable table = new ResultTable("thresholds", text("iou_type"), whole("category_id"), number("score"));
 * table.row().add("segm").add(18L).add(0.25);
 * table.row().add("segm").add(19L).missing();
 * table.write(out);
 * }</pre>
 */
public final class ResultTable {

    /** The kind of values in a column. */
    enum Kind {
        /** 64-bit whole numbers. */
        WHOLE,
        /** 64-bit floating point. */
        NUMBER,
        /** UTF-8. */
        TEXT
    }

    /** A column. */
    public record Column(String name, Kind kind) {

        public Column {
            requireNonNull(kind, "kind");
            if (!name.matches("[a-z][a-z0-9_]*")) {
                throw new IllegalArgumentException("a column's name is lower case letters, digits and _, got " + name);
            }
        }

        /** Of 64-bit whole numbers. */
        public static Column whole(String name) {
            return new Column(name, Kind.WHOLE);
        }

        /** Of doubles. */
        public static Column number(String name) {
            return new Column(name, Kind.NUMBER);
        }

        /** Of texts. */
        public static Column text(String name) {
            return new Column(name, Kind.TEXT);
        }
    }

    private final String name;
    private final List<ColumnValues> columns = new ArrayList<>();
    private int next;
    private int rows;

    /**
     * An empty table.
     *
     * @param name of the table, and of its file without {@code .parquet}
     */
    public ResultTable(String name, Column... columns) {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException("a table's name is lower case letters, digits and _, got " + name);
        }
        if (columns.length == 0) {
            throw new IllegalArgumentException("table " + name + " needs at least one column, got none");
        }
        this.name = name;
        for (Column column : columns) {
            this.columns.add(new ColumnValues(column));
        }
        this.next = columns.length;
    }

    /** The table's name. */
    public String name() {
        return name;
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Starts a row, whose values follow in the order of the columns. */
    public ResultTable row() {
        requireWholeRow();
        rows++;
        next = 0;
        return this;
    }

    /** The row's next value. */
    public ResultTable add(long value) {
        column(Kind.WHOLE).add(value);
        return this;
    }

    /** The row's next value. */
    public ResultTable add(double value) {
        column(Kind.NUMBER).add(value);
        return this;
    }

    /** The row's next value; -1 if it is missing, as evaluations say it where there is nothing to be found. */
    public ResultTable addKnown(double value) {
        return value == -1 ? missing() : add(value);
    }

    /** The row's next value; null if it is missing. */
    public ResultTable add(@Nullable String value) {
        ColumnValues column = column(Kind.TEXT);
        if (value == null) {
            column.addMissing();
        } else {
            column.add(value);
        }
        return this;
    }

    /** Says that the row's next value is missing. */
    public ResultTable missing() {
        nextColumn().addMissing();
        return this;
    }

    private ColumnValues column(Kind kind) {
        ColumnValues column = nextColumn();
        if (column.column().kind() != kind) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "column %s of table %s holds %s, got %s",
                    column.column().name(),
                    name,
                    column.column().kind(),
                    kind));
        }
        return column;
    }

    private ColumnValues nextColumn() {
        if (next == columns.size()) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "a row of table %s has %d values: %s", name, columns.size(), names()));
        }
        return columns.get(next++);
    }

    private void requireWholeRow() {
        if (next != columns.size()) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "row %d of table %s has %d values, wants %d: %s",
                    rows - 1,
                    name,
                    next,
                    columns.size(),
                    names()));
        }
    }

    private String names() {
        return columns.stream().map(column -> column.column().name()).collect(Collectors.joining(", "));
    }

    /** Writes the table as a Parquet file; leaves the stream open. */
    public void write(OutputStream out) throws IOException {
        requireWholeRow();
        ParquetRows.write(rows, columns, out);
    }

    /**
     * Writes a table to nowhere, so that the classes {@link #write} needs are loaded: the first table takes about one CPU
     * second, which may pass beside other work.
     *
     * @return true, always
     */
    public static boolean load() throws IOException {
        ResultTable table = new ResultTable("none", Column.whole("a"), Column.number("b"), Column.text("c"));
        table.row().add(1L).add(1.0).add("1").write(OutputStream.nullOutputStream());
        return true;
    }
}
