package dev.mnc.jobs.parquet;

import dev.mnc.jobs.parquet.ResultTable.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a column by row, 64 bits each: numbers as they are, texts as their index in a list of different ones. */
final class ColumnValues {

    private final Column column;
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();
    private final BitSet present = new BitSet();
    private long[] values = new long[16];
    private int rows;

    ColumnValues(Column column) {
        this.column = column;
    }

    Column column() {
        return column;
    }

    void add(long value) {
        present.set(rows);
        put(value);
    }

    void add(double value) {
        add(Double.doubleToLongBits(value));
    }

    void add(String value) {
        Integer index = indices.putIfAbsent(value, texts.size());
        if (index == null) {
            index = texts.size();
            texts.add(value);
        }
        add(index.longValue());
    }

    void addMissing() {
        put(0);
    }

    private void put(long value) {
        if (rows == values.length) {
            values = Arrays.copyOf(values, 2 * rows);
        }
        values[rows++] = value;
    }

    boolean isPresent(int row) {
        return present.get(row);
    }

    long whole(int row) {
        return values[row];
    }

    double number(int row) {
        return Double.longBitsToDouble(values[row]);
    }

    /** Returns the index in {@link #texts()}. */
    int text(int row) {
        return (int) values[row];
    }

    /** Returns all different texts. */
    List<String> texts() {
        return texts;
    }
}
