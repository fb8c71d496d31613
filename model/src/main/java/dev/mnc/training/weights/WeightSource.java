package dev.mnc.training.weights;

import java.util.Optional;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;

/** A source of the values of a network's variables: one published layout. */
sealed interface WeightSource permits CaffeLayers, KerasLayers {

    /**
     * Returns the values of one variable.
     *
     * @param variable its name, e.g. {@code conv1_1_w}
     * @param shape its shape
     * @return empty if this layout does not have the layer, which then starts at random
     * @throws UnusableWeightsException if the file should have it but does not, or has it in another shape
     */
    Optional<Values> values(String variable, Shape shape);

    /** A writer of all values of one variable, row-major. */
    @FunctionalInterface
    interface Values {
        void writeTo(FloatDataBuffer variable);
    }
}
