package dev.mnc.jobs.evaluate.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Values as Parquet's own reader gives them. Texts need not be marked as such: old writers do not. */
record ParquetGroupValues(Group group) implements RowValues {

    /** A value that nothing can be made of. */
    private record Other(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    @Override
    public @Nullable Object value(String column) {
        if (!group.getType().containsField(column)) {
            return null;
        }
        int field = group.getType().getFieldIndex(column);
        return group.getFieldRepetitionCount(field) == 0 ? null : value(field);
    }

    private Object value(int field) {
        Type type = group.getType().getType(field);
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            return new Other("repeated");
        }
        if (!type.isPrimitive()) {
            Group value = group.getGroup(field, 0);
            return meaning instanceof ListLogicalTypeAnnotation ? list(value) : new ParquetGroupValues(value);
        }
        PrimitiveTypeName kind = type.asPrimitiveType().getPrimitiveTypeName();
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
            return new BigDecimal(unscaled(field, kind), decimal.getScale());
        }
        boolean plain = meaning == null || meaning instanceof StringLogicalTypeAnnotation;
        if (!plain && !(meaning instanceof IntLogicalTypeAnnotation)) {
            return new Other("a " + meaning);
        }
        boolean unsigned = meaning instanceof IntLogicalTypeAnnotation whole && !whole.isSigned();
        return switch (kind) {
            case INT32 -> {
                int value = group.getInteger(field, 0);
                yield unsigned ? Integer.toUnsignedLong(value) : (long) value;
            }
            case INT64 -> {
                long value = group.getLong(field, 0);
                yield unsigned && value < 0 ? new BigDecimal(Long.toUnsignedString(value)) : (Object) value;
            }
            case FLOAT -> (double) group.getFloat(field, 0);
            case DOUBLE -> group.getDouble(field, 0);
            case BOOLEAN -> group.getBoolean(field, 0);
            case BINARY -> group.getString(field, 0);
            case INT96, FIXED_LEN_BYTE_ARRAY -> new Other(group.getValueToString(field, 0));
        };
    }

    private BigInteger unscaled(int field, PrimitiveTypeName kind) {
        return switch (kind) {
            case INT32 -> BigInteger.valueOf(group.getInteger(field, 0));
            case INT64 -> BigInteger.valueOf(group.getLong(field, 0));
            default -> new BigInteger(group.getBinary(field, 0).getBytes());
        };
    }

    /** A missing element is an {@link Other}, for a list has no holes. */
    private static List<Object> list(Group list) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            Group element = list.getGroup(0, i);
            Object value =
                    new ParquetGroupValues(element).value(element.getType().getFieldName(0));
            values.add(value == null ? new Other("missing") : value);
        }
        return values;
    }
}
