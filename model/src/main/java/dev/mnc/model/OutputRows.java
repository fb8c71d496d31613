package dev.mnc.model;

import java.util.Arrays;
import java.util.Locale;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffer;

/**
 * The rows of an output, copied out of TensorFlow's memory one at a time: masks of a whole image may be many.
 *
 * @param name of the output
 * @param tensor the output, valid as long as the run's result
 * @param shape less the leading axis of one image
 */
record OutputRows(String name, Tensor tensor, long[] shape) {

    /**
     * Wraps an output.
     *
     * @param expected the shape, for the message
     * @param rank of the shape, without a leading axis of one image
     * @throws IllegalArgumentException if the output has another rank
     */
    static OutputRows of(String name, Tensor tensor, String expected, int rank) {
        long[] shape = tensor.shape().asArray();
        boolean batch = shape.length == rank + 1 && shape[0] == 1;
        OutputRows rows = new OutputRows(name, tensor, batch ? Arrays.copyOfRange(shape, 1, shape.length) : shape);
        if (shape.length != rank && !batch) {
            throw rows.unexpected(expected);
        }
        return rows;
    }

    IllegalArgumentException unexpected(String expected) {
        return new IllegalArgumentException(String.format(
                Locale.ROOT,
                "output \"%s\" has the shape %s; expected %s",
                name,
                Arrays.toString(tensor.shape().asArray()),
                expected));
    }

    /** Returns the number of rows: the length of the first axis; 1 for a single number. */
    int count() {
        return shape.length == 0 ? 1 : side(0);
    }

    int side(int axis) {
        return Math.toIntExact(shape[axis]);
    }

    /** Returns the number of values in a row. */
    int length() {
        long length = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            length = Math.multiplyExact(length, shape[axis]);
        }
        return Math.toIntExact(length);
    }

    /** Returns a row's numbers; truth values are 0 or 1. */
    float[] row(int index) {
        float[] row = new float[length()];
        ByteDataBuffer data = tensor.asRawTensor().data();
        long start = (long) index * row.length;
        switch (tensor.dataType()) {
            case DT_FLOAT -> data.asFloats().offset(start).read(row);
            case DT_DOUBLE -> copy(data.asDoubles(), start, row);
            case DT_INT32 -> copy(data.asInts(), start, row);
            case DT_INT64 -> copy(data.asLongs(), start, row);
            case DT_UINT8, DT_BOOL -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Byte.toUnsignedInt(data.getByte(start + i));
                }
            }
            default ->
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "output \"%s\" has the type %s; only float, double, int32, int64, uint8 and bool can be read",
                        name,
                        tensor.dataType().name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT)));
        }
        return row;
    }

    private static <N extends Number> void copy(DataBuffer<N> from, long start, float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = from.getObject(start + i).floatValue();
        }
    }
}
