package dev.mnc.training;

import dev.mnc.model.cascade.NetworkInput;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Makes the tensors of one step and closes them all with it: TensorFlow's memory is not the garbage collector's. */
final class StepTensors implements AutoCloseable {

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    TFloat32 floats(float[] values, long... shape) {
        return keep(TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values)));
    }

    /** {@code [1, bucket.height, bucket.width, 3]}. */
    TFloat32 image(NetworkInput image) {
        return keep(NetworkInput.padded(List.of(image)));
    }

    TInt32 ints(int... values) {
        return keep(TInt32.tensorOf(Shape.of(values.length), DataBuffers.of(values)));
    }

    TFloat32 scalar(float value) {
        return keep(TFloat32.scalarOf(value));
    }

    /** Keeps the results of a run open until the step ends, since they are fed to the next one. */
    Result results(Result result) {
        return keep(result);
    }

    static float[] floats(Tensor tensor) {
        TFloat32 values = (TFloat32) tensor;
        float[] array = new float[(int) values.size()];
        values.copyTo(DataBuffers.of(array, false, false));
        return array;
    }

    static int[] ints(Tensor tensor) {
        TInt32 values = (TInt32) tensor;
        int[] array = new int[(int) values.size()];
        values.copyTo(DataBuffers.of(array, false, false));
        return array;
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("a tensor could not be closed", e);
            }
        }
    }
}
