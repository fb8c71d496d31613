package dev.mnc.image;

import java.io.Serializable;
import java.util.Locale;

/**
 * The limits of an image's size. Both limits are checked before anything is decoded.
 *
 * @param bytes most bytes of the encoded file, at least 1
 * @param pixels most pixels the header may state, 1 .. 2³¹ - 1
 */
public record ImageLimits(long bytes, long pixels) implements Serializable {

    /** 256 MiB, and the number of pixels from which Pillow suspects a decompression bomb, twice over. */
    public static final ImageLimits DEFAULT = new ImageLimits(256L << 20, 178_956_970);

    public ImageLimits {
        if (bytes < 1 || pixels < 1 || pixels > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "image limits must be >= 1 byte and within 1 .. 2^31 - 1 px, got %d bytes and %d px",
                    bytes,
                    pixels));
        }
    }
}
