package dev.mnc.training.weights;

import java.util.Optional;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;

/** Where the variables of a network get their values: one published layout. */
sealed interface WeightSource permits CaffeLayers, KerasLayers {

    /**
     * The values of one variable.
     *
     * @param variable its name, e.g. {@code conv1_1_w}
     * @param shape its shape
     * @return empty if this layout does not have the layer, which then starts at random
     * @throws UnusableWeightsException if the file should have it but lacks it, or has it in another shape
     */
    Optional<Values> values(String variable, Shape shape);

    /** Writes all values of one variable, row-major. */
    @FunctionalInterface
    interface Values {
        void writeTo(FloatDataBuffer variable);
    }
}
