package dev.mnc.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.image.ImageHeader.Format;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {

    @ParameterizedTest
    @EnumSource
    void sizeAndFormatAreReadWhateverTheFormat(Format format) throws Exception {
        assertThat(ImageHeader.read(encoded(format, 37, 21), ImageLimits.DEFAULT))
                .isEqualTo(new ImageHeader(format, 21, 37, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theExifOrientationIsReadAndNotApplied(int orientation) throws Exception {
        byte[] jpeg = withJpegExif(encoded(Format.JPEG, 37, 21), orientation);
        byte[] png = withPngExif(encoded(Format.PNG, 37, 21), orientation);
        assertThat(ImageHeader.read(jpeg, ImageLimits.DEFAULT))
                .isEqualTo(new ImageHeader(Format.JPEG, 21, 37, orientation));
        assertThat(ImageHeader.read(png, ImageLimits.DEFAULT))
                .isEqualTo(new ImageHeader(Format.PNG, 21, 37, orientation));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 65535})
    void anOrientationThatExifDoesNotKnowCountsAsNone(int orientation) throws Exception {
        byte[] jpeg = withJpegExif(encoded(Format.JPEG, 37, 21), orientation);
        assertThat(ImageHeader.read(jpeg, ImageLimits.DEFAULT).exifOrientation())
                .isEqualTo(1);
    }

    @Test
    void strayBytesBetweenSegmentsAreSkipped() throws Exception {
        assertThat(ImageHeader.read(bytes("ffd8 ffe00002 0000 ffffffc0 0011 08 0010 0020"), ImageLimits.DEFAULT))
                .isEqualTo(new ImageHeader(Format.JPEG, 16, 32, 1));
    }

    @Test
    void aBitmapStoredFromTheTopHasItsHeightAllTheSame() throws Exception {
        byte[] bmp = encoded(Format.BMP, 37, 21);
        little(bmp, 22, -21);
        assertThat(ImageHeader.read(bmp, ImageLimits.DEFAULT)).isEqualTo(new ImageHeader(Format.BMP, 21, 37, 1));
    }

    @Test
    void anImageOverTheLimitIsRefusedFromItsHeader() throws Exception {
        byte[] png = encoded(Format.PNG, 37, 21);
        ImageLimits limits = new ImageLimits(100_000, 37 * 21);
        assertThat(ImageHeader.read(png, limits).width()).isEqualTo(37);
        assertRefused(
                png,
                new ImageLimits(100_000, 37 * 21 - 1),
                "PNG states a size of 37 x 21 px; the limit is 776 px in all");
        ByteBuffer.wrap(png).putInt(16, -1).putInt(20, -1);
        assertRefused(png, limits, "PNG states a size of 4294967295 x 4294967295 px; the limit is 777 px in all");
        ByteBuffer.wrap(png).putInt(16, 0);
        assertRefused(png, limits, "PNG states a size of 0 x 4294967295 px");
        assertRefused(new byte[11], new ImageLimits(10, 10), "file has 11 bytes; the limit is 10 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><html>|HTML page, not an image",
                "<HTML><body>404</body>|HTML page, not an image",
                "<?xml version='1.0'?><html>|HTML page, not an image",
                "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>"
                        + "|error reply of an object store (NoSuchKey), not an image",
                "<?xml version='1.0'?><data/>|XML document, not an image",
                "<svg width='10' height='10'>|SVG drawing; only JPEG, PNG, BMP and GIF can be read",
                "not an image at all|plain text, not an image",
                "BMW is no bitmap, nor is this sentence of many words" + "|plain text, not an image",
                "version https://git-lfs.github.com/spec/v1|Git LFS pointer, not the image it stands for",
                "%PDF-1.7 etc etc|PDF document, not an image",
                "Größe in Pixeln|plain text, not an image"
            })
    void aTextFileIsRefusedByWhatItIs(String content, String reason) {
        assertRefused(content.getBytes(StandardCharsets.UTF_8), ImageLimits.DEFAULT, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "52494646 00000000 57454250|WebP image; only JPEG, PNG, BMP and GIF can be read",
                "49492a00 08000000 00000000|TIFF image; only JPEG, PNG, BMP and GIF can be read",
                "4d4d002a 00000008 00000000|TIFF image; only JPEG, PNG, BMP and GIF can be read",
                "0000000c 6a502020 0d0a870a|JPEG 2000 image; only JPEG, PNG, BMP and GIF can be read",
                "ff4fff51 00000000 00000000|JPEG 2000 image; only JPEG, PNG, BMP and GIF can be read",
                "00000018 66747970 68656963|HEIC image; only JPEG, PNG, BMP and GIF can be read",
                "00000018 66747970 61766966|AVIF image; only JPEG, PNG, BMP and GIF can be read",
                "00000018 66747970 6d703432|video or other MP4 file, not an image",
                "504b0304 14000000 00000000|zip archive, not an image",
                "1f8b0800 00000000 00000000|gzip file, not an image",
                "00010203 04050607 08090a0b"
                        + "|unknown format (first bytes 00 01 02 03);"
                        + " only JPEG, PNG, BMP and GIF can be read",
                "ff|only 1 byte, too short for an image",
                "ffd8|only 2 bytes, too short for an image",
                "ffd8ffe0 0010|JPEG ends inside its header, after 6 bytes",
                "ffd8ffe0 0001 00|JPEG header is damaged: segment of 1 bytes at byte 2",
                "ffd8ffda 0000|JPEG has no frame header (SOF) before its image data",
                "ffd8ffc3 0011 08 0010 0010|JPEG is coded losslessly (SOF3), which cannot be decoded",
                "ffd8ffc5 0011 08 0010 0010|JPEG is coded hierarchically (SOF5), which cannot be decoded",
                "ffd8ffc0 0011 08 0000 0010|JPEG states a size of 16 x 0 px",
                "89504e47 0d0a1a0a|PNG ends inside its header, after 8 bytes",
                "89504e47 0d0a1a0a 0000000d 43674249 00000001 00000001"
                        + "|PNG is of Apple's own kind (CgBI), which cannot be decoded",
                "89504e47 0d0a1a0a 0000000d 73424954 00000001 00000001"
                        + "|PNG does not begin with its header chunk (IHDR)",
                "ffd8ffc1 0011 0c 0010 0010|JPEG has 12 bits a sample; only 8 can be read",
                "ffd8ffc0 000e 08 0010 0010 02 012200 021100|JPEG has 2 components; only 1, 3 and 4 can be read",
                "ffd8ffc0 0011 08 0010 0010 03 013100 022100 031100"
                        + "|JPEG has components with 3 and 2 samples; one that is no multiple of the other cannot be decoded",
                "ffd8ffc0 0011 08 0010 ffdd 03 011100 021100 031100"
                        + "|JPEG states a size of 65501 x 16 px; sides of at most 65500 px can be decoded",
                "ffd8fff7 0011 08 0010 0010|JPEG is coded as JPEG-LS (SOF55), which cannot be decoded",
                "474946383961 2000|GIF ends inside its header, after 8 bytes"
            })
    void aBinaryFileIsRefusedByWhatItIs(String hex, String reason) {
        assertRefused(bytes(hex), ImageLimits.DEFAULT, reason);
    }

    @Test
    void aBitmapThatWouldDecodeToWrongColoursIsRefused() throws Exception {
        byte[] palette = encoded(Format.BMP, 37, 21);
        palette[28] = 8;
        assertRefused(palette, ImageLimits.DEFAULT, "BMP has 8 bits a pixel; only 24 and 32 can be read");
        byte[] compressed = encoded(Format.BMP, 37, 21);
        compressed[30] = 1;
        assertRefused(compressed, ImageLimits.DEFAULT, "BMP is compressed (method 1), which cannot be decoded");
        byte[] old = encoded(Format.BMP, 37, 21);
        old[14] = 12;
        assertRefused(old, ImageLimits.DEFAULT, "BMP has a header of 12 bytes; only those of 40 to 124 can be read");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertRefused(new byte[0], ImageLimits.DEFAULT, "empty file (0 bytes)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedFilesAreReadOrRefusedAndNothingElse(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> originals = new ArrayList<>();
        for (Format format : Format.values()) {
            originals.add(encoded(format, 37, 21));
        }
        originals.add(withJpegExif(originals.get(0), 6));
        originals.add(withPngExif(originals.get(1), 6));
        int read = 0;
        int refused = 0;
        for (int trial = 0; trial < 4000; trial++) {
            byte[] damaged = originals.get(random.nextInt(originals.size())).clone();
            // Headers lie within the first bytes: damage there tells more.
            int reach = random.nextBoolean() ? Math.min(damaged.length, 120) : damaged.length;
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            if (random.nextBoolean()) {
                damaged = Arrays.copyOf(damaged, random.nextInt(reach + 1));
            }
            try {
                ImageHeader header = ImageHeader.read(damaged, ImageLimits.DEFAULT);
                assertThat((long) header.width() * header.height()).isBetween(1L, 178_956_970L);
                read++;
            } catch (UnreadableImageException e) {
                assertThat(e).message().isNotBlank();
                refused++;
            }
        }
        assertThat(read).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void limitsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new ImageLimits(1, 1L << 31))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "image limits must be >= 1 byte and within 1 .. 2^31 - 1 px, got 1 bytes and 2147483648 px");
    }

    private static void assertRefused(byte[] bytes, ImageLimits limits, String reason) {
        assertThatThrownBy(() -> ImageHeader.read(bytes, limits))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessage(reason);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] encoded(Format format, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, i * 2654435 & 0xffffff);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format.name().toLowerCase(Locale.ROOT), out))
                .isTrue();
        return out.toByteArray();
    }

    /** A TIFF block with one tag, the orientation. */
    private static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put("MM\0*".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte[] withJpegExif(byte[] jpeg, int orientation) {
        return ByteBuffer.allocate(jpeg.length + 36)
                .put(jpeg, 0, 2)
                .putShort((short) 0xffe1)
                .putShort((short) 34)
                .put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1))
                .put(exif(orientation))
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private static byte[] withPngExif(byte[] png, int orientation) {
        return ByteBuffer.allocate(png.length + 38)
                .put(png, 0, 33)
                .putInt(26)
                .put("eXIf".getBytes(StandardCharsets.ISO_8859_1))
                .put(exif(orientation))
                .putInt(0)
                .put(png, 33, png.length - 33)
                .array();
    }

    private static void little(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, Integer.reverseBytes(value));
    }
}
