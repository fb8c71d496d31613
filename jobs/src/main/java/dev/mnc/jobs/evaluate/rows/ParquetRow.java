package dev.mnc.jobs.evaluate.rows;

import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.cli.OperatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A row, or a struct in one. Numbers may have any width, as Spark would take them too; whole numbers may be texts.
 *
 * <p>Whatever is asked for and is not there, or is of another kind, is refused with an {@link OperatorException} that
 * names file, row and column.
 *
 * @param group the values
 * @param file names the file in messages
 * @param number of the row, 1-based
 * @param prefix what comes before the names of the columns in messages
 */
public record ParquetRow(Group group, String file, long number, String prefix) {

    /** Whether there is a value. */
    public boolean has(String column) {
        return group.getType().containsField(column) && group.getFieldRepetitionCount(column) > 0;
    }

    /** A whole number. */
    public long whole(String column) {
        int field = field(column);
        switch (primitive(column, field)) {
            case INT32 -> {
                int value = group.getInteger(field, 0);
                return isUnsigned(field) ? Integer.toUnsignedLong(value) : value;
            }
            case INT64 -> {
                long value = group.getLong(field, 0);
                if (value >= 0 || !isUnsigned(field)) {
                    return value;
                }
            }
            case FLOAT, DOUBLE -> {
                double value = number(column);
                if (value == Math.rint(value) && Math.abs(value) < 0x1p63) {
                    return (long) value;
                }
            }
            case BINARY -> {
                try {
                    return Long.parseLong(group.getString(field, 0).strip());
                } catch (NumberFormatException e) {
                    throw bad(column, "is \"" + group.getString(field, 0) + "\"");
                }
            }
            default -> {}
        }
        throw bad(column, "is " + group.getValueToString(field, 0));
    }

    /** Whole numbers, in a list. */
    List<Long> wholes(String column) {
        int field = field(column);
        Type type = group.getType().getType(field);
        if (type.isPrimitive() || !(type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation)) {
            throw bad(column, "is no list");
        }
        Group list = group.getGroup(field, 0);
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            Group element = list.getGroup(0, i);
            String name = element.getType().getFieldName(0);
            values.add(new ParquetRow(element, file, number, prefix + column + ".").whole(name));
        }
        return values;
    }

    /** A number. */
    public double number(String column) {
        int field = field(column);
        return switch (primitive(column, field)) {
            case DOUBLE -> group.getDouble(field, 0);
            case FLOAT -> group.getFloat(field, 0);
            case INT32, INT64 -> whole(column);
            default -> throw bad(column, "is " + group.getValueToString(field, 0));
        };
    }

    /** A text. */
    public String text(String column) {
        int field = field(column);
        if (primitive(column, field) != PrimitiveTypeName.BINARY) {
            throw bad(column, "is " + group.getValueToString(field, 0));
        }
        return group.getString(field, 0);
    }

    /** Whether something is so. */
    public boolean flag(String column) {
        int field = field(column);
        if (primitive(column, field) != PrimitiveTypeName.BOOLEAN) {
            throw bad(column, "is " + group.getValueToString(field, 0));
        }
        return group.getBoolean(field, 0);
    }

    /** COCO's box in the column {@code bbox}, or null if there is none. */
    @Nullable
    Box box() {
        if (!has("bbox")) {
            return null;
        }
        ParquetRow box = struct("bbox");
        try {
            return new Box(box.number("x"), box.number("y"), box.number("width"), box.number("height"));
        } catch (IllegalArgumentException e) {
            throw bad("bbox", "is no box: " + e.getMessage());
        }
    }

    /** COCO's mask in the column {@code segmentation}, or null if there is none. */
    Segmentation.@Nullable Compressed segmentation() {
        if (!has("segmentation")) {
            return null;
        }
        ParquetRow mask = struct("segmentation");
        return new Segmentation.Compressed(mask.size("height"), mask.size("width"), mask.text("counts"));
    }

    /** A number of pixels. */
    int size(String column) {
        long size = whole(column);
        if (size != (int) size) {
            throw bad(column, "is " + size);
        }
        return (int) size;
    }

    private ParquetRow struct(String column) {
        int field = field(column);
        if (group.getType().getType(field).isPrimitive()) {
            throw bad(column, "is " + group.getValueToString(field, 0));
        }
        return new ParquetRow(group.getGroup(field, 0), file, number, prefix + column + ".");
    }

    private int field(String column) {
        if (!has(column)) {
            throw bad(column, "is missing");
        }
        return group.getType().getFieldIndex(column);
    }

    private PrimitiveTypeName primitive(String column, int field) {
        Type type = group.getType().getType(field);
        if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
            throw bad(column, "is nested");
        }
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (meaning != null
                && !(meaning instanceof IntLogicalTypeAnnotation)
                && !(meaning instanceof StringLogicalTypeAnnotation)) {
            throw bad(column, "is a " + meaning);
        }
        return type.asPrimitiveType().getPrimitiveTypeName();
    }

    private boolean isUnsigned(int field) {
        return group.getType().getType(field).getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation its
                && !its.isSigned();
    }

    private OperatorException bad(String column, String why) {
        return OperatorException.usage(
                String.format(Locale.ROOT, "%s, row %d: %s%s %s", file, number, prefix, column, why),
                "see the columns of a label table's instances");
    }
}
