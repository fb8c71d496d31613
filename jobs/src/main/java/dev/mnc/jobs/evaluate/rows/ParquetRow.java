package dev.mnc.jobs.evaluate.rows;

import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.geometry.Box;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A row, or a struct in one. Numbers may have any width, and whole numbers may be texts.
 *
 * <p>A value that is read and is missing, or is of another kind, is refused with an
 * {@link UnreadableDatasetException} that names file, row and column.
 *
 * @param values of the columns
 * @param file names the file in messages
 * @param number of the row, 1-based
 * @param prefix what comes before the names of the columns in messages
 */
public record ParquetRow(RowValues values, String file, long number, String prefix) {

    /** Returns whether there is a value. */
    public boolean has(String column) {
        return values.value(column) != null;
    }

    /** Returns a whole number. */
    public long whole(String column) {
        return whole(column, value(column));
    }

    private long whole(String column, Object value) {
        if (value instanceof Long whole) {
            return whole;
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 0x1p63) {
            return number.longValue();
        }
        try {
            if (value instanceof BigDecimal decimal) {
                return decimal.longValueExact();
            }
            if (value instanceof String text) {
                return Long.parseLong(text.strip());
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(column, value);
        }
        throw bad(column, value);
    }

    /** Returns the whole numbers of a list. */
    List<Long> wholes(String column) {
        Object value = value(column);
        if (!(value instanceof List<?> list)) {
            throw bad(column, "is no list");
        }
        return list.stream().map(element -> whole(column + ".element", element)).toList();
    }

    /** Returns a number. */
    public double number(String column) {
        Object value = value(column);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw bad(column, value);
    }

    /** Returns a text. */
    public String text(String column) {
        Object value = value(column);
        if (value instanceof String text) {
            return text;
        }
        throw bad(column, value);
    }

    /** Returns a truth value. */
    public boolean flag(String column) {
        Object value = value(column);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw bad(column, value);
    }

    /** Returns COCO's box in the column {@code bbox}, or null if there is none. */
    @Nullable
    Box box() {
        if (!has("bbox")) {
            return null;
        }
        ParquetRow box = struct("bbox");
        double x = box.number("x");
        double y = box.number("y");
        double width = box.number("width");
        double height = box.number("height");
        try {
            return new Box(x, y, width, height);
        } catch (IllegalArgumentException e) {
            throw bad("bbox", "is no box: " + e.getMessage());
        }
    }

    /** Returns COCO's mask in the column {@code segmentation}, or null if there is none. */
    Segmentation.@Nullable Compressed segmentation() {
        if (!has("segmentation")) {
            return null;
        }
        ParquetRow mask = struct("segmentation");
        return new Segmentation.Compressed(mask.size("height"), mask.size("width"), mask.text("counts"));
    }

    /** Returns a number of pixels. */
    int size(String column) {
        long size = whole(column);
        if (size != (int) size) {
            throw bad(column, (Object) size);
        }
        return (int) size;
    }

    private ParquetRow struct(String column) {
        Object value = value(column);
        if (value instanceof RowValues struct) {
            return new ParquetRow(struct, file, number, prefix + column + ".");
        }
        throw bad(column, value);
    }

    private Object value(String column) {
        Object value = values.value(column);
        if (value == null) {
            throw bad(column, "is missing");
        }
        return value;
    }

    private UnreadableDatasetException bad(String column, Object value) {
        if (value instanceof RowValues || value instanceof List) {
            return bad(column, "is nested");
        }
        return bad(column, value instanceof String text ? "is \"" + text + "\"" : "is " + value);
    }

    private UnreadableDatasetException bad(String column, String why) {
        return new UnreadableDatasetException(
                String.format(Locale.ROOT, "%s, row %d: %s%s %s", file, number, prefix, column, why));
    }
}
