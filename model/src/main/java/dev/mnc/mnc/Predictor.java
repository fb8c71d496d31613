package dev.mnc.mnc;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.mnc.network.NetworkInput;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.List;

/**
 * A loaded model: encoded bytes in, instances out. One per JVM, safe for use by many threads at once.
 *
 * <p>The two steps of a prediction are separate so that the first can overlap the second: {@link #preprocess} runs on
 * the CPU, one image a call; {@link #detect} occupies the device.
 */
public interface Predictor extends AutoCloseable {

    /** The categories this model can name. */
    List<Category> categories();

    /** The sha256 over the model's files, hex: what a label is traced back to. */
    String digest();

    /**
     * Decodes and scales one image.
     *
     * @param encoded a JPEG, PNG, BMP or GIF file
     * @throws UnreadableImageException if the bytes are not such an image, with a reason a person understands
     */
    NetworkInput preprocess(byte[] encoded) throws UnreadableImageException;

    /**
     * Finds the instances of each image, mask voting included.
     *
     * @param inputs images of one padded shape ({@link NetworkInput#bucket}), at least one; closed by the caller
     * @param minScore instances with a lower score are left out, in [0, 1]
     * @return for each input its instances, the highest score first
     */
    List<List<Instance>> detect(List<NetworkInput> inputs, double minScore);

    @Override
    void close();
}
