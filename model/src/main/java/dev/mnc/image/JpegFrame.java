package dev.mnc.image;

import java.util.Locale;

/** The frame header of a JPEG file: what it says about the coding, and whether that can be decoded. */
final class JpegFrame {

    /** The marker SOF55, which begins the frame of a JPEG-LS file. */
    static final int JPEG_LS = 0xf7;

    private static final int COMPONENT_BYTES = 3;

    private JpegFrame() {}

    /**
     * Checks that the decoder knows this coding: 8 bits a sample; 1, 3 or 4 components; not lossless, not hierarchical.
     * Progressive and arithmetic coding are fine.
     *
     * @param marker of the frame
     * @param at position of the segment's length
     * @throws UnreadableImageException if it does not
     */
    static void requireDecodable(HeaderBytes bytes, int marker, int at) throws UnreadableImageException {
        if (marker == JPEG_LS) {
            throw refused("is coded as JPEG-LS (SOF55), which cannot be decoded");
        }
        int frame = marker - 0xc0;
        boolean lossless = (frame & 3) == 3;
        boolean hierarchical = (frame & 7) > 4;
        if (lossless || hierarchical) {
            throw refused(String.format(
                    Locale.ROOT,
                    "is coded %s (SOF%d), which cannot be decoded",
                    lossless ? "losslessly" : "hierarchically",
                    frame));
        }
        int bits = bytes.unsigned8(at + 2);
        if (bits != 8) {
            throw refused("has " + bits + " bits a sample; only 8 can be read");
        }
        if (at + 8 <= bytes.bytes().length) {
            int components = bytes.unsigned8(at + 7);
            if (components != 1 && components != 3 && components != 4) {
                throw refused("has " + components + " components; only 1, 3 and 4 can be read");
            }
            if (at + 8 + COMPONENT_BYTES * components <= bytes.bytes().length) {
                requireWholeSampling(bytes, at + 8, components);
            }
        }
    }

    /** The decoder repeats samples a whole number of times, so each component's number must divide the largest. */
    private static void requireWholeSampling(HeaderBytes bytes, int first, int components)
            throws UnreadableImageException {
        for (int shift : new int[] {4, 0}) { // across, then down
            int most = 1;
            for (int i = 0; i < components; i++) {
                most = Math.max(most, bytes.unsigned8(first + COMPONENT_BYTES * i + 1) >> shift & 0xf);
            }
            for (int i = 0; i < components; i++) {
                int samples = bytes.unsigned8(first + COMPONENT_BYTES * i + 1) >> shift & 0xf;
                if (samples > 0 && most % samples != 0) {
                    throw refused(String.format(
                            Locale.ROOT,
                            "has components with %d and %d samples; one that is no multiple of the other cannot be"
                                    + " decoded",
                            most,
                            samples));
                }
            }
        }
    }

    private static UnreadableImageException refused(String why) {
        return new UnreadableImageException("JPEG " + why);
    }
}
