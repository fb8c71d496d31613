package dev.mnc.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The header of an encoded image, read without decoding it. The format is recognised from the bytes, whatever the
 * file's name.
 *
 * @param format the format
 * @param height rows of the stored image, px, at least 1; the Exif orientation is not applied
 * @param width columns of the stored image, px, at least 1
 * @param exifOrientation 1 .. 8 as Exif counts them; 1 if the file does not say
 */
public record ImageHeader(Format format, int height, int width, int exifOrientation) {

    private static final String PNG_SIGNATURE = "\u0089PNG\r\n\u001a\n";

    /** The formats that can be read. */
    public enum Format {
        JPEG(65_500),
        PNG(1_000_000),
        BMP(Integer.MAX_VALUE),
        GIF(65_535);

        /** The longest side that the format's decoder accepts, px. */
        private final int longestSide;

        Format(int longestSide) {
            this.longestSide = longestSide;
        }
    }

    public ImageHeader {
        if (height < 1 || width < 1 || exifOrientation < 1 || exifOrientation > 8) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an image has at least 1 x 1 px and an orientation in 1 .. 8, got %d x %d px and %d",
                    width,
                    height,
                    exifOrientation));
        }
    }

    /**
     * Reads the header of an encoded image.
     *
     * @param encoded a whole file
     * @param limits larger images are refused
     * @throws UnreadableImageException if this is no image of a readable format, its header is damaged or cut off, or
     *     it is too large; nothing else is ever thrown
     */
    public static ImageHeader read(byte[] encoded, ImageLimits limits) throws UnreadableImageException {
        if (encoded.length > limits.bytes()) {
            throw new UnreadableImageException(String.format(
                    Locale.ROOT, "file has %d bytes; the limit is %d bytes", encoded.length, limits.bytes()));
        }
        if (starts(encoded, "\u00ff\u00d8\u00ff")) {
            return jpeg(new HeaderBytes(encoded, "JPEG"), limits);
        }
        if (starts(encoded, PNG_SIGNATURE)) {
            return png(new HeaderBytes(encoded, "PNG"), limits);
        }
        if (starts(encoded, "GIF87a") || starts(encoded, "GIF89a")) {
            HeaderBytes gif = new HeaderBytes(encoded, "GIF");
            return of(Format.GIF, gif.little16(6), gif.little16(8), ExifOrientation.UPRIGHT, limits);
        }
        if (starts(encoded, "BM") && ForeignFormat.text(encoded).isEmpty()) {
            return bmp(new HeaderBytes(encoded, "BMP"), limits);
        }
        throw new UnreadableImageException(ForeignFormat.reason(encoded));
    }

    private static boolean starts(byte[] bytes, String signature) {
        return HeaderBytes.holds(bytes, 0, signature.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ImageHeader of(Format format, long width, long height, int orientation, ImageLimits limits)
            throws UnreadableImageException {
        if (width == 0 || height == 0) {
            throw new UnreadableImageException(
                    String.format(Locale.ROOT, "%s states a size of %d x %d px", format, width, height));
        }
        // Neither side exceeds 2^32, so the first two conditions keep the product within a long.
        if (width > limits.pixels() || height > limits.pixels() || width * height > limits.pixels()) {
            throw new UnreadableImageException(String.format(
                    Locale.ROOT,
                    "%s states a size of %d x %d px; the limit is %d px in all",
                    format,
                    width,
                    height,
                    limits.pixels()));
        }
        if (format.longestSide < Math.max(width, height)) {
            throw new UnreadableImageException(String.format(
                    Locale.ROOT,
                    "%s states a size of %d x %d px; sides of at most %d px can be decoded",
                    format,
                    width,
                    height,
                    format.longestSide));
        }
        return new ImageHeader(format, (int) height, (int) width, orientation);
    }

    /** Walks the segments up to the frame header, past an Exif block if there is one. */
    private static ImageHeader jpeg(HeaderBytes bytes, ImageLimits limits) throws UnreadableImageException {
        int orientation = ExifOrientation.UPRIGHT;
        int at = 2;
        while (true) {
            // As decoders do, skip what stands between segments up to the next marker, and fill bytes before it.
            while (bytes.unsigned8(at) != 0xff || bytes.unsigned8(at + 1) == 0xff) {
                at++;
            }
            int marker = bytes.unsigned8(at + 1);
            at += 2;
            if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
                continue;
            }
            if (marker == 0xd9 || marker == 0xda) {
                throw new UnreadableImageException("JPEG has no frame header (SOF) before its image data");
            }
            int length = bytes.big16(at);
            if (length < 2) {
                throw new UnreadableImageException(String.format(
                        Locale.ROOT, "JPEG header is damaged: segment of %d bytes at byte %d", length, at - 2));
            }
            if (marker == 0xe1 && bytes.holds(at + 2, "Exif\0\0") && orientation == ExifOrientation.UPRIGHT) {
                int end = Math.min(at + length, bytes.bytes().length);
                orientation = ExifOrientation.of(Arrays.copyOfRange(bytes.bytes(), Math.min(at + 8, end), end));
            }
            if (isFrame(marker)) {
                JpegFrame.requireDecodable(bytes, marker, at);
                return of(Format.JPEG, bytes.big16(at + 5), bytes.big16(at + 3), orientation, limits);
            }
            at += length;
        }
    }

    /**
     * Returns whether a marker is one of SOF0 to SOF15, less the three among them that mean something else (DHT, JPG,
     * DAC), or SOF55.
     */
    private static boolean isFrame(int marker) {
        boolean numbered = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        return numbered || marker == JpegFrame.JPEG_LS;
    }

    private static ImageHeader png(HeaderBytes bytes, ImageLimits limits) throws UnreadableImageException {
        long width = bytes.big32(16);
        long height = bytes.big32(20);
        if (bytes.holds(12, "CgBI")) {
            throw new UnreadableImageException("PNG is of Apple's own kind (CgBI), which cannot be decoded");
        }
        if (!bytes.holds(12, "IHDR")) {
            throw new UnreadableImageException("PNG does not begin with its header chunk (IHDR)");
        }
        return of(Format.PNG, width, height, pngOrientation(bytes), limits);
    }

    /** Looks for an Exif chunk; a chunk that reaches beyond the file ends the search. */
    private static int pngOrientation(HeaderBytes bytes) throws UnreadableImageException {
        int at = PNG_SIGNATURE.length();
        int size = bytes.bytes().length;
        while (size - at >= 12) {
            long length = bytes.big32(at);
            if (length > size - at - 12) {
                break;
            }
            int data = at + 8;
            if (bytes.holds(at + 4, "eXIf")) {
                return ExifOrientation.of(Arrays.copyOfRange(bytes.bytes(), data, data + (int) length));
            }
            at = data + (int) length + 4;
        }
        return ExifOrientation.UPRIGHT;
    }

    /**
     * Reads the header of a BMP file. Only true colour is accepted, since the decoder would take a palette's indices
     * for grey values.
     */
    private static ImageHeader bmp(HeaderBytes bytes, ImageLimits limits) throws UnreadableImageException {
        long headerSize = bytes.little32(14);
        if (headerSize < 40 || headerSize > 124) {
            throw new UnreadableImageException(String.format(
                    Locale.ROOT, "BMP has a header of %d bytes; only those of 40 to 124 can be read", headerSize));
        }
        int width = (int) bytes.little32(18);
        int height = (int) bytes.little32(22);
        int depth = bytes.little16(28);
        long compression = bytes.little32(30);
        if (depth != 24 && depth != 32) {
            throw new UnreadableImageException(
                    String.format(Locale.ROOT, "BMP has %d bits a pixel; only 24 and 32 can be read", depth));
        }
        if (compression != 0 && compression != 3) {
            throw new UnreadableImageException(
                    String.format(Locale.ROOT, "BMP is compressed (method %d), which cannot be decoded", compression));
        }
        if (compression == 3 && !hasUsualMasks(bytes)) {
            throw new UnreadableImageException(
                    "BMP has its colours in another order than blue, green, red; such cannot be" + " read");
        }
        // A negative height means that the rows are stored from the top.
        return of(Format.BMP, Math.abs((long) width), Math.abs((long) height), ExifOrientation.UPRIGHT, limits);
    }

    private static boolean hasUsualMasks(HeaderBytes bytes) throws UnreadableImageException {
        return bytes.little32(54) == 0xff0000 && bytes.little32(58) == 0xff00 && bytes.little32(62) == 0xff;
    }
}
