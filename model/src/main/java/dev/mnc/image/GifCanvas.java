package dev.mnc.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The canvas of a GIF whose first frame covers only a part of it. TensorFlow's decoder makes the picture as large as the
 * largest frame, so that masks would refer to another picture than the one that everybody else sees; such a frame is
 * placed on its canvas here.
 */
public final class GifCanvas {

    private static final int SCREEN_BYTES = 13;
    private static final int TABLE = 0x80;
    private static final int BMP_HEADER = 54;
    private static final String FORMAT = "GIF";

    private GifCanvas() {}

    /** A frame's place on the canvas, px. */
    private record Frame(int left, int top, int width, int height) {}

    /**
     * Returns an encoded image that shows all of a GIF's canvas: what is given if that does already, or is no GIF; else a
     * BMP file with the first frame in place, black where it does not reach or is transparent.
     *
     * @param encoded a whole file of any format
     * @throws UnreadableImageException if a GIF's first frame is cut off, damaged, or does not lie on the canvas
     */
    public static byte[] filled(byte[] encoded) throws UnreadableImageException {
        if (!HeaderBytes.holds(encoded, 0, "GIF8".getBytes(StandardCharsets.US_ASCII))) {
            return encoded;
        }
        HeaderBytes bytes = new HeaderBytes(encoded, FORMAT);
        int width = bytes.little16(6);
        int height = bytes.little16(8);
        Frame frame = firstFrame(bytes);
        if (frame.left == 0 && frame.top == 0 && frame.width == width && frame.height == height) {
            return encoded;
        }
        if (frame.left + frame.width > width || frame.top + frame.height > height) {
            throw new UnreadableImageException(String.format(
                    Locale.ROOT,
                    "GIF has a frame of %d x %d px at %d, %d, which does not lie on its canvas of %d x %d px; such cannot"
                            + " be read",
                    frame.width,
                    frame.height,
                    frame.left,
                    frame.top,
                    width,
                    height));
        }
        if ((long) width * height > ImageLimits.DEFAULT.pixels()) {
            throw new UnreadableImageException(
                    String.format(Locale.ROOT, "GIF has a canvas of %d x %d px, which is too large", width, height));
        }
        return bitmap(pixels(encoded), frame, width, height);
    }

    /** Finds the first frame, and checks that its data are whole and that it has colours. */
    private static Frame firstFrame(HeaderBytes bytes) throws UnreadableImageException {
        int screen = bytes.unsigned8(10);
        int at = SCREEN_BYTES + tableBytes(screen);
        while (bytes.unsigned8(at) == '!') {
            at = afterBlocks(bytes, at + 2);
        }
        if (bytes.unsigned8(at) != ',') {
            throw new UnreadableImageException("GIF holds no frame");
        }
        int own = bytes.unsigned8(at + 9);
        if (((screen | own) & TABLE) == 0) {
            throw new UnreadableImageException("GIF has no table of colours; such cannot be read");
        }
        int unused = afterBlocks(bytes, at + 10 + tableBytes(own) + 1);
        return new Frame(
                bytes.little16(at + 1), bytes.little16(at + 3), bytes.little16(at + 5), bytes.little16(at + 7));
    }

    private static int tableBytes(int flags) {
        return (flags & TABLE) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /** Returns the position behind a chain of blocks, each with its length before it. */
    private static int afterBlocks(HeaderBytes bytes, int start) throws UnreadableImageException {
        int at = start;
        int length = bytes.unsigned8(at);
        while (length > 0) {
            at += 1 + length;
            length = bytes.unsigned8(at);
        }
        return at + 1;
    }

    private static BufferedImage pixels(byte[] encoded) throws UnreadableImageException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException | RuntimeException e) { // Damaged data make it throw exceptions of any kind.
            throw new UnreadableImageException("GIF data is truncated or corrupt", e);
        } finally {
            reader.dispose();
        }
    }

    private static byte[] bitmap(BufferedImage pixels, Frame frame, int width, int height) {
        int rowBytes = (3 * width + 3) / 4 * 4;
        ByteBuffer bmp = ByteBuffer.allocate(BMP_HEADER + rowBytes * height).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(BMP_HEADER);
        bmp.putInt(40).putInt(width).putInt(-height); // A negative height: rows from the top.
        bmp.putShort((short) 1).putShort((short) 24);
        for (int y = 0; y < frame.height; y++) {
            bmp.position(BMP_HEADER + (frame.top + y) * rowBytes + 3 * frame.left);
            for (int x = 0; x < frame.width; x++) {
                int argb = pixels.getRGB(x, y);
                int rgb = argb >>> 24 == 0 ? 0 : argb;
                bmp.put((byte) rgb).put((byte) (rgb >> 8)).put((byte) (rgb >> 16));
            }
        }
        return bmp.array();
    }
}
