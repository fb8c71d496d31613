package dev.mnc.jobs.evaluate.tables;

import dev.mnc.jobs.evaluate.tables.ResultTable.Column;
import dev.mnc.jobs.evaluate.tables.ResultTable.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of a column as 64 bits each: numbers as they are, texts as their place in a list of different ones. */
final class ColumnValues {

    private final Column column;
    private final List<byte[]> texts = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private long[] values = new long[16];
    private int[] present = new int[16];
    private int rows;
    private int count;

    ColumnValues(Column column) {
        this.column = column;
    }

    Column column() {
        return column;
    }

    /** Number of values that are not missing. */
    int count() {
        return count;
    }

    void add(long value) {
        mark(1);
        values[count++] = value;
    }

    void add(double value) {
        add(Double.doubleToLongBits(value));
    }

    void add(String value) {
        Integer place = places.get(value);
        if (place == null) {
            place = texts.size();
            places.put(value, place);
            texts.add(value.getBytes(StandardCharsets.UTF_8));
        }
        add(place.longValue());
    }

    void addMissing() {
        mark(0);
    }

    private void mark(int there) {
        if (rows == present.length) {
            present = Arrays.copyOf(present, 2 * rows);
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        present[rows++] = there;
    }

    /** For each row 1 if its value is there, else 0; then anything. Not to be changed. */
    int[] present() {
        return present;
    }

    /** All values as Parquet's PLAIN encoding has them. */
    byte[] plain() {
        return column.kind() == Kind.TEXT ? plainTexts() : plain(values, count);
    }

    /**
     * Different values and, for each value, which of them it is.
     *
     * @param plain the different ones in Parquet's PLAIN encoding
     * @param size how many they are
     * @param indices one for each value
     */
    record Dictionary(byte[] plain, int size, int[] indices) {}

    /** The column by different values; null if there are more than {@code most} numbers, then that would not be small. */
    @Nullable
    Dictionary dictionary(int most) {
        int[] indices = new int[count];
        if (column.kind() == Kind.TEXT) {
            Arrays.setAll(indices, i -> (int) values[i]);
            return new Dictionary(plainTexts(), texts.size(), indices);
        }
        long[] different = new long[most];
        int size = 0;
        Map<Long, Integer> seen = new HashMap<>();
        for (int i = 0; i < count; i++) {
            if (i > 0 && values[i] == values[i - 1]) {
                indices[i] = indices[i - 1];
                continue;
            }
            Integer place = seen.get(values[i]);
            if (place == null) {
                if (size == most) {
                    return null;
                }
                place = size;
                seen.put(values[i], place);
                different[size++] = values[i];
            }
            indices[i] = place;
        }
        return new Dictionary(plain(different, size), size, indices);
    }

    private byte[] plainTexts() {
        int length =
                texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        texts.forEach(text -> bytes.putInt(text.length).put(text));
        return bytes.array();
    }

    private static byte[] plain(long[] values, int count) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(count, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values, 0, count);
        return bytes.array();
    }
}
