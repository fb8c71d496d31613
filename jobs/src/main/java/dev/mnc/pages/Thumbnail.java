package dev.mnc.pages;

import dev.mnc.image.JpegEncoder;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A small JPEG of an image file, as a data URI. Only the pixels of the file get into the page. */
final class Thumbnail {

    private static final int LONGEST_SIDE = 480;
    /** The largest side in a header, px, that is not considered broken. */
    private static final int LARGEST_SIDE = 1 << 16;

    private static final float QUALITY = 0.82f;

    private Thumbnail() {}

    /**
     * Returns a thumbnail of an image: decoded, shrunk and encoded again.
     *
     * @param encoded a file in any format the JDK reads
     * @return empty if the bytes are no such image, whatever is wrong with them
     */
    static Optional<String> dataUri(byte[] encoded) {
        try {
            return decode(encoded)
                    .map(Thumbnail::shrink)
                    .map(image -> "data:image/jpeg;base64,"
                            + Base64.getEncoder().encodeToString(JpegEncoder.encode(image, QUALITY)));
        } catch (IOException | RuntimeException e) { // the JDK's readers throw anything at broken files
            return Optional.empty();
        }
    }

    /** Decodes the image, skipping rows and columns, so that a huge image is never in memory as a whole. */
    private static Optional<BufferedImage> decode(byte[] encoded) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                ImageReadParam param = reader.getDefaultReadParam();
                int side = Math.max(reader.getWidth(0), reader.getHeight(0));
                if (side > LARGEST_SIDE) {
                    return Optional.empty();
                }
                int skip = Math.max(1, side / (2 * LONGEST_SIDE));
                param.setSourceSubsampling(skip, skip, 0, 0);
                return Optional.of(reader.read(0, param));
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage shrink(BufferedImage image) {
        double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(image.getWidth(), image.getHeight()));
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, Color.WHITE, null);
        graphics.dispose();
        return small;
    }
}
