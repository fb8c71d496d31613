package dev.mnc.training.weights;

import java.nio.FloatBuffer;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;

/** The order of a layer's numbers: with the outputs first in Caffe, with the outputs last in Keras and TensorFlow. */
final class Layout {

    /** The number of outputs moved at a time: each write is one cache line of floats or more. */
    private static final int BLOCK = 32;

    private Layout() {}

    /**
     * Copies from Caffe's order {@code [outputs, channels, cells]} to TensorFlow's {@code [cells, channels, outputs]},
     * each output times its factor. A convolution's cells are its kernel's; a fully connected layer's are those of the
     * map it flattens, which Caffe flattens channel by channel and TensorFlow cell by cell; where it flattens none,
     * there is one.
     *
     * @param factors one for each output
     */
    static void copyOutputsLast(FloatBuffer caffe, int channels, int cells, float[] factors, FloatDataBuffer variable) {
        int outputs = factors.length;
        long inputs = (long) channels * cells;
        for (int from = 0; from < outputs; from += BLOCK) {
            int to = Math.min(outputs, from + BLOCK);
            for (int channel = 0; channel < channels; channel++) {
                for (int cell = 0; cell < cells; cell++) {
                    long row = ((long) cell * channels + channel) * outputs;
                    long column = (long) channel * cells + cell;
                    for (int output = from; output < to; output++) {
                        float value = caffe.get(Math.toIntExact(output * inputs + column));
                        variable.setFloat(value * factors[output], row + output);
                    }
                }
            }
        }
    }

    /** Copies in the stored order, whose last axis is the outputs, each output times its factor. */
    static void copyUnchanged(FloatBuffer keras, float[] factors, FloatDataBuffer variable) {
        int outputs = factors.length;
        for (int i = 0; i < keras.capacity(); i++) {
            variable.setFloat(keras.get(i) * factors[i % outputs], i);
        }
    }

    /** Returns one factor of 1 for each output. */
    static float[] ones(long outputs) {
        float[] factors = new float[Math.toIntExact(outputs)];
        java.util.Arrays.fill(factors, 1);
        return factors;
    }
}
