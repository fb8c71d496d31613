package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailTest {

    @ParameterizedTest
    @CsvSource({"200,100,200,100", "480,480,480,480", "960,480,480,240", "100,5000,10,480", "3000,2000,480,320"})
    void theLongestSideIsAtMost480AndTheShapeStays(int width, int height, int thumbWidth, int thumbHeight)
            throws IOException {
        BufferedImage thumbnail = decode(Thumbnail.dataUri(png(width, height, BufferedImage.TYPE_INT_RGB))
                .orElseThrow());

        assertThat(thumbnail.getWidth()).isEqualTo(thumbWidth);
        assertThat(thumbnail.getHeight()).isEqualTo(thumbHeight);
    }

    @Test
    void transparentAndGreyImagesKeepTheirColours() throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_GRAY}) {
            Color colour = new Color(
                    decode(Thumbnail.dataUri(png(64, 64, type)).orElseThrow()).getRGB(10, 10));
            assertThat(colour.getRed()).isBetween(115, 141);
            assertThat(colour.getGreen()).isBetween(115, 141);
            assertThat(colour.getBlue()).isBetween(115, 141);
        }
    }

    @Test
    void brokenFilesGiveNothingAndNeverThrow() throws IOException {
        byte[] whole = png(64, 64, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(2);
        assertThat(Thumbnail.dataUri(new byte[0])).isEmpty();
        assertThat(Thumbnail.dataUri("<html>".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(Thumbnail.dataUri(Arrays.copyOf(whole, 30))).isEmpty();
        assertThat(Thumbnail.dataUri(claiming(whole, 200_000_000, 64))).isEmpty();
        assertThat(Thumbnail.dataUri(claiming(whole, 64, Integer.MAX_VALUE))).isEmpty();
        for (int trial = 0; trial < 300; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 5; i++) {
                damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
            }
            Thumbnail.dataUri(damaged).ifPresent(uri -> assertThat(uri).startsWith("data:image/jpeg;base64,"));
        }
    }

    /** The PNG with another size in its header, its checksum made right again. */
    private static byte[] claiming(byte[] png, int width, int height) {
        ByteBuffer file = ByteBuffer.wrap(png.clone()).putInt(16, width).putInt(20, height);
        CRC32 checksum = new CRC32();
        checksum.update(file.array(), 12, 17);
        return file.putInt(29, (int) checksum.getValue()).array();
    }

    private static BufferedImage decode(String uri) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(uri.substring("data:image/jpeg;base64,".length()));
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    private static byte[] png(int width, int height, int type) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.GRAY);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
