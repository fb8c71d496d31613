package dev.mnc.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The numbers at given offsets of a file. Reading beyond its end throws {@link UnreadableImageException}: the file is
 * damaged.
 *
 * @param bytes the file; shared, not copied
 * @param format of the file, for the reason of a refusal
 */
record HeaderBytes(byte[] bytes, String format) {

    int unsigned8(int at) throws UnreadableImageException {
        if (at < 0 || at >= bytes.length) {
            throw new UnreadableImageException(
                    String.format(Locale.ROOT, "%s ends inside its header, after %d bytes", format, bytes.length));
        }
        return bytes[at] & 0xff;
    }

    int big16(int at) throws UnreadableImageException {
        return unsigned8(at) << 8 | unsigned8(at + 1);
    }

    int little16(int at) throws UnreadableImageException {
        return unsigned8(at + 1) << 8 | unsigned8(at);
    }

    long big32(int at) throws UnreadableImageException {
        return (long) big16(at) << 16 | big16(at + 2);
    }

    long little32(int at) throws UnreadableImageException {
        return (long) little16(at + 2) << 16 | little16(at);
    }

    /** Returns whether the ASCII text stands at an offset; false beyond the end. */
    boolean holds(int at, String text) {
        return holds(bytes, at, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static boolean holds(byte[] bytes, int at, byte[] expected) {
        if (at < 0 || bytes.length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
