package dev.mnc.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.image.GifCanvas;
import dev.mnc.image.ImageHeader;
import dev.mnc.image.ImageLimits;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.ImageDecoder.Decoded;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kinds of each format: what the header's check lets through decodes, to the size that the header states. */
@Tag("tensorflow")
class ImageKindsTest {

    private static final int WIDTH = 20;
    private static final int HEIGHT = 10;
    private static final ImageDecoder DECODER = new ImageDecoder(1);

    @AfterAll
    static void close() {
        DECODER.close();
    }

    private static Decoded decoded(byte[] file) throws UnreadableImageException {
        ImageHeader header = ImageHeader.read(file, ImageLimits.DEFAULT);
        Decoded decoded = DECODER.decode(GifCanvas.filled(file));
        assertThat(decoded.width()).isEqualTo(header.width());
        assertThat(decoded.height()).isEqualTo(header.height());
        return decoded;
    }

    private static int[] pixel(Decoded image, int x, int y) {
        int at = 3 * (y * image.width() + x);
        return new int[] {image.rgb()[at] & 0xff, image.rgb()[at + 1] & 0xff, image.rgb()[at + 2] & 0xff};
    }

    private static BufferedImage picture(int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(204, 102, 51));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        graphics.dispose();
        return image;
    }

    private static byte[] written(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    private static byte[] jpeg(IIOImage image, @Nullable Integer progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (progressive != null) {
                param.setProgressiveMode(progressive);
            }
            writer.setOutput(out);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] jpeg() throws IOException {
        return jpeg(new IIOImage(picture(BufferedImage.TYPE_INT_RGB), null, null), null);
    }

    private static byte[] jpegOf(int bands) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, bands, null);
        return jpeg(new IIOImage(raster, null, null), null);
    }

    private static int frame(byte[] jpeg) {
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xc0 && (jpeg[at + 1] & 0xff) != 0xc2) {
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
        }
        return at;
    }

    private static byte[] with(byte[] file, int at, int... values) {
        byte[] changed = file.clone();
        for (int i = 0; i < values.length; i++) {
            changed[at + i] = (byte) values[i];
        }
        return changed;
    }

    private static byte[] bmp(int bits, int compression, int red, int blue) {
        ByteBuffer file = ByteBuffer.allocate(66 + WIDTH * HEIGHT * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(66);
        file.putInt(40).putInt(WIDTH).putInt(HEIGHT).putShort((short) 1).putShort((short) bits);
        file.putInt(compression).position(54).putInt(red).putInt(0xff00).putInt(blue);
        while (file.hasRemaining()) {
            file.put((byte) 51).put((byte) 102).put((byte) 204);
            if (bits == 32) {
                file.put((byte) 0xff);
            }
        }
        return file.array();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_BYTE_INDEXED
            })
    void everyKindOfPngDecodes(int type) throws Exception {
        assertThat(decoded(written(picture(type), "png")).rgb()).hasSize(3 * WIDTH * HEIGHT);
    }

    static Stream<Arguments> readableJpegs() throws IOException {
        IIOImage picture = new IIOImage(picture(BufferedImage.TYPE_INT_RGB), null, null);
        byte[] jpeg = jpeg();
        byte[] progressive = jpeg(picture, ImageWriteParam.MODE_DEFAULT);
        return Stream.of(
                Arguments.of("baseline", jpeg),
                Arguments.of("extended", with(jpeg, frame(jpeg) + 1, 0xc1)),
                Arguments.of("progressive", progressive),
                // Any bytes are a valid stream of the arithmetic coder, though of another picture.
                Arguments.of("arithmetic", with(jpeg, frame(jpeg) + 1, 0xc9)),
                Arguments.of("arithmetic, progressive", with(progressive, frame(progressive) + 1, 0xca)),
                Arguments.of("grey", jpegOf(1)),
                Arguments.of("CMYK", jpegOf(4)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readableJpegs")
    void theseKindsOfJpegDecode(String kind, byte[] file) throws Exception {
        assertThat(decoded(file).rgb()).as(kind).hasSize(3 * WIDTH * HEIGHT);
    }

    static Stream<Arguments> foreignKinds() throws IOException {
        byte[] jpeg = jpeg();
        int frame = frame(jpeg);
        return Stream.of(
                Arguments.of(with(jpeg, frame + 1, 0xc1, 0, 17, 12), "JPEG has 12 bits a sample; only 8 can be read"),
                Arguments.of(with(jpeg, frame + 1, 0xc3), "JPEG is coded losslessly (SOF3), which cannot be decoded"),
                Arguments.of(with(jpeg, frame + 1, 0xcb), "JPEG is coded losslessly (SOF11), which cannot be decoded"),
                Arguments.of(
                        with(jpeg, frame + 1, 0xcd), "JPEG is coded hierarchically (SOF13), which cannot be decoded"),
                Arguments.of(jpegOf(2), "JPEG has 2 components; only 1, 3 and 4 can be read"),
                Arguments.of(
                        with(with(jpeg, frame + 11, 0x31), frame + 14, 0x21),
                        "JPEG has components with 3 and 2 samples; one that is no multiple of the other cannot be"
                                + " decoded"),
                Arguments.of(
                        bmp(32, 3, 0xff, 0xff0000),
                        "BMP has its colours in another order than blue, green, red; such cannot be read"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("foreignKinds")
    void whatTheDecoderDoesNotKnowIsRefusedInWords(byte[] file, String reason) {
        assertThatThrownBy(() -> decoded(file))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessage(reason);
    }

    @Test
    void bitmapsOfBothDepthsGiveTheirColours() throws Exception {
        for (byte[] file : new byte[][] {bmp(24, 0, 0, 0), bmp(32, 0, 0, 0), bmp(32, 3, 0xff0000, 0xff)}) {
            assertThat(pixel(decoded(file), 7, 3)).containsExactly(204, 102, 51);
        }
        byte[] file = bmp(24, 0, 0, 0);
        assertThatThrownBy(() -> decoded(Arrays.copyOf(file, file.length - 30)))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessage("BMP has fewer or more bytes than its header states");
    }

    /** A GIF of one frame, as ImageIO writes it. */
    private static byte[] gif() throws IOException {
        return written(picture(BufferedImage.TYPE_BYTE_INDEXED), "gif");
    }

    private static int descriptor(byte[] gif) {
        int at = 13 + 3 * 256;
        while (gif[at] != ',') {
            at++;
        }
        return at;
    }

    @Test
    void aGifsFrameLiesWhereItBelongsOnTheCanvas() throws Exception {
        byte[] gif = gif();
        byte[] placed = with(with(gif, 6, 40, 0, 30, 0), descriptor(gif) + 1, 5, 0, 4, 0);

        Decoded image = decoded(placed);

        assertThat(new int[] {image.width(), image.height()}).containsExactly(40, 30);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                boolean inside = x >= 5 && x < 5 + WIDTH && y >= 4 && y < 4 + HEIGHT;
                assertThat(pixel(image, x, y)).containsExactly(inside ? new int[] {204, 102, 51} : new int[3]);
            }
        }
        assertThat(GifCanvas.filled(gif)).isSameAs(gif);
        assertThat(pixel(decoded(gif), 0, 0)).containsExactly(204, 102, 51);
    }

    /** A place outside of the canvas, data that end too early, and no colours. */
    private enum Fault {
        OUTSIDE(
                "GIF has a frame of 20 x 10 px at 5, 0, which does not lie on its canvas of 20 x 10 px; such cannot be read"),
        CUT("GIF ends inside its header, after 815 bytes"),
        COLOURLESS("GIF has no table of colours; such cannot be read");

        private final String reason;

        Fault(String reason) {
            this.reason = reason;
        }

        private byte[] in(byte[] gif) {
            return switch (this) {
                case OUTSIDE -> with(gif, descriptor(gif) + 1, 5);
                case CUT -> Arrays.copyOf(gif, 815);
                case COLOURLESS -> colourless(gif);
            };
        }

        private static byte[] colourless(byte[] gif) {
            byte[] bytes = new byte[gif.length - 3 * 256];
            System.arraycopy(gif, 0, bytes, 0, 13);
            System.arraycopy(gif, 13 + 3 * 256, bytes, 13, bytes.length - 13);
            bytes[10] = 0;
            return bytes;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGifThatCannotBePlacedIsRefused(Fault fault) throws IOException {
        byte[] gif = fault.in(gif());

        assertThatThrownBy(() -> decoded(gif))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessage(fault.reason);
    }
}
