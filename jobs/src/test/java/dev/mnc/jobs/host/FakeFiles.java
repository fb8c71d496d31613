package dev.mnc.jobs.host;

import dev.mnc.schemas.ImageRef;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Image files that exist only by their names. */
final class FakeFiles {

    /** Serves {@code <width>x<height>.png}; {@code gone} is missing, {@code text} is no image. */
    static final ImageReader FILES = new ImageReader() {
        @Override
        public byte[] read(ImageRef image) throws IOException {
            if (image.fileName().startsWith("gone")) {
                throw new IOException("no such file");
            }
            if (image.fileName().startsWith("text")) {
                return "%PDF and a hundred words on cats".getBytes(StandardCharsets.US_ASCII);
            }
            String[] sides = image.fileName().split("[x.]", -1);
            return png(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        }

        @Override
        public void close() {}
    };

    private FakeFiles() {}

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    /** Images with ids from {@code from} up to and without {@code to}. */
    static List<ImageRef> images(int from, int to, String name) {
        return IntStream.range(from, to)
                .mapToObj(id -> new ImageRef(id, "file:///" + id, name, 100, null))
                .toList();
    }
}
