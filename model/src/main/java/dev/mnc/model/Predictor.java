package dev.mnc.model;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A loaded model: encoded bytes in, instances out. One per JVM, safe for use by many threads at once.
 *
 * <p>The steps of a prediction are separate so that one overlaps the other: {@link #preprocess} and {@link
 * Detections#instances} run on the CPU, one image a call, on many threads; {@link #run} occupies the device.
 */
public interface Predictor extends AutoCloseable {

    /** Returns the categories this model can find. */
    List<Category> categories();

    /** Returns the sha256 over the model's files, hex; labels are traced back to a model by it. */
    String digest();

    /** Returns a picture with the instances this model is known to find on it, if the model has one. */
    default Optional<GoldenImage> golden() {
        return Optional.empty();
    }

    /**
     * Decodes and scales one image.
     *
     * @param encoded a JPEG, PNG, BMP or GIF file
     * @throws UnreadableImageException if the bytes are not such an image, with a reason a person understands
     */
    NetworkInput preprocess(byte[] encoded) throws UnreadableImageException;

    /**
     * Runs the network on a batch: the work of the device, and nothing else.
     *
     * @param inputs images of one padded shape ({@link NetworkInput#bucket}), at least one
     * @return the outputs of the network, closed by the caller
     * @throws DeviceMemoryException if the device has no memory for a batch of this size
     */
    Detections run(List<NetworkInput> inputs);

    /**
     * Finds the instances of each image, mask voting included.
     *
     * @param inputs as for {@link #run}
     * @param minScore instances with a lower score are left out, in [0, 1]
     * @return for each input its instances, the highest score first
     */
    default List<List<Instance>> detect(List<NetworkInput> inputs, double minScore) {
        try (Detections detections = run(inputs)) {
            return IntStream.range(0, inputs.size())
                    .mapToObj(image -> detections.instances(image, minScore))
                    .toList();
        }
    }

    @Override
    void close();
}
