package dev.mnc.mnc.network;

/**
 * One image as the network wants it.
 *
 * @param pixels {@code [height, width, 3]} row-major, scaled and mean-subtracted as the model's {@code preprocess} signature does
 * @param height rows of the scaled image, px
 * @param width columns of the scaled image, px
 * @param scale scaled size over original size
 * @param originalHeight rows of the stored image, px
 * @param originalWidth columns of the stored image, px
 * @param bucket the padded shape this image is run at; it depends on this image alone
 * @param encoded the image's file for a model that decodes it by itself, which then has no pixels here; else empty
 */
public record NetworkInput(
        float[] pixels,
        int height,
        int width,
        float scale,
        int originalHeight,
        int originalWidth,
        Bucket bucket,
        byte[] encoded) {

    private static final byte[] NOT_NEEDED = {};

    /** An image for a model that takes pixels. */
    public NetworkInput(
            float[] pixels, int height, int width, float scale, int originalHeight, int originalWidth, Bucket bucket) {
        this(pixels, height, width, scale, originalHeight, originalWidth, bucket, NOT_NEEDED);
    }

    /**
     * A padded input shape, px.
     *
     * @param height rows, at least 1
     * @param width columns, at least 1
     */
    public record Bucket(int height, int width) {}

    /**
     * Writes the pixels into the corner of a padded image; the padding is left as it is.
     *
     * @param target holds {@code [bucket.height, bucket.width, 3]} from {@code offset} on
     */
    public void copyTo(float[] target, int offset) {
        for (int row = 0; row < height; row++) {
            System.arraycopy(pixels, row * width * 3, target, offset + row * bucket.width() * 3, width * 3);
        }
    }
}
