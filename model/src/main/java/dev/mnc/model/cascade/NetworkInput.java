package dev.mnc.model.cascade;

import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.types.TFloat32;

/**
 * The input of a network for one image. Closing it after the network has run returns its memory to a pool.
 *
 * @param pixels {@code [height, width, 3]} row-major, scaled and mean-subtracted as the model's {@code preprocess}
 *     signature does
 * @param height rows of the scaled image, px
 * @param width columns of the scaled image, px
 * @param scale scaled size over original size
 * @param originalHeight rows of the stored image, px
 * @param originalWidth columns of the stored image, px
 * @param bucket the padded shape of this image; it depends on this image alone
 * @param encoded the image's file for a model that decodes it by itself, which then has no pixels here; else empty
 */
public record NetworkInput(
        Pixels pixels,
        int height,
        int width,
        float scale,
        int originalHeight,
        int originalWidth,
        Bucket bucket,
        byte[] encoded)
        implements AutoCloseable {

    private static final byte[] NO_FILE = {};

    /** Creates the input of a model that takes pixels. */
    public NetworkInput(
            Pixels pixels, int height, int width, float scale, int originalHeight, int originalWidth, Bucket bucket) {
        this(pixels, height, width, scale, originalHeight, originalWidth, bucket, NO_FILE);
    }

    /**
     * A padded input shape, px.
     *
     * @param height rows, at least 1
     * @param width columns, at least 1
     */
    public record Bucket(int height, int width) {}

    /**
     * Returns a batch of padded images; closed by the caller.
     *
     * @param inputs at least one, all of one padded shape
     * @return {@code [images, bucket.height, bucket.width, 3]}: each image in its top left corner, zeros beside and
     *     below it
     * @throws IllegalArgumentException if their padded shapes differ
     */
    public static TFloat32 padded(List<NetworkInput> inputs) {
        Bucket bucket = inputs.get(0).bucket();
        for (NetworkInput input : inputs) {
            if (!input.bucket().equals(bucket)) {
                throw new IllegalArgumentException(
                        "one batch must hold images of one padded shape, got " + bucket + " and " + input.bucket());
            }
        }
        return TFloat32.tensorOf(Shape.of(inputs.size(), bucket.height(), bucket.width(), 3), tensor -> {
            FloatDataBuffer target = tensor.asRawTensor().data().asFloats();
            long image = 3L * bucket.height() * bucket.width();
            for (int i = 0; i < inputs.size(); i++) {
                inputs.get(i).writeTo(target, i * image);
            }
        });
    }

    /** Returns the size of the image in memory, bytes. */
    public long bytes() {
        return 4L * pixels.capacity() + encoded.length;
    }

    @Override
    public void close() {
        pixels.close();
    }

    private void writeTo(FloatDataBuffer target, long offset) {
        int used = 3 * width;
        int row = 3 * bucket.width();
        float[] zeros = new float[row];
        for (int y = 0; y < bucket.height(); y++) {
            FloatDataBuffer line = target.offset(offset + (long) y * row);
            if (y < height) {
                line.write(pixels.values(), y * used, used);
                line.offset(used).write(zeros, 0, row - used);
            } else {
                line.write(zeros);
            }
        }
    }
}
