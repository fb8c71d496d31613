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

/** The tensors of one step, which are closed together: TensorFlow's memory is not managed by the garbage collector. */
final class StepTensors implements AutoCloseable {

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T register(T resource) {
        open.add(resource);
        return resource;
    }

    /** Creates a tensor of a shape. */
    TFloat32 floats(float[] values, long... shape) {
        return register(TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values)));
    }

    /** Creates the tensor of an image, {@code [1, bucket.height, bucket.width, 3]}. */
    TFloat32 image(NetworkInput image) {
        return register(NetworkInput.padded(List.of(image)));
    }

    TInt32 ints(int... values) {
        return register(TInt32.tensorOf(Shape.of(values.length), DataBuffers.of(values)));
    }

    TFloat32 scalar(float value) {
        return register(TFloat32.scalarOf(value));
    }

    /** Keeps the results of a run open until the step ends, since they are fed to the next one; returns them. */
    Result results(Result result) {
        return register(result);
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
