package dev.mnc.jobs.label;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** Image files for tests, good and bad. */
public final class TestImages {

    private TestImages() {}

    public static byte[] jpeg(int width, int height) {
        return encoded("jpeg", width, height);
    }

    public static byte[] png(int width, int height) {
        return encoded("png", width, height);
    }

    private static byte[] encoded(String format, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (x * 7 + y * 13) % 256 * 0x010203);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** Files whose names other readers lose, by name; all good images of distinct sizes. */
    public static Map<String, byte[]> oddNames() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        String[] names = {
            "_underscore.jpg",
            ".hidden.jpg",
            "name with spaces.jpg",
            "comma,semi;colon:.jpg",
            "a:b:c.jpg",
            "plus+and&amp=eq#hash.jpg",
            "percent%20and%2Fslash.jpg",
            "100%.jpg",
            "back\\slash.jpg",
            "quote'and\"dq.jpg",
            "bracket[1]{2}*.jpg",
            "new\nline.jpg",
            "-dash-first.jpg",
            "trailing.dots...jpg",
            "na\u00efve-\u5199\u771f-\ud83d\udcf7.jpg",
            "e\u0301-nfd.jpg",
            "\u00e9-nfc.jpg",
            "UPPER.JPG",
            "no-suffix",
            "dir_named.jpg/inner.jpg",
            "dup/a/same.jpg",
            "dup/b/same.jpg",
            "_dir/.deep/x:y/z.jpg",
            "trailing space "
        };
        for (int i = 0; i < names.length; i++) {
            files.put(names[i], jpeg(20 + i, 16));
        }
        return files;
    }

    /** Files that cannot be labelled, by name. */
    public static Map<String, byte[]> broken() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("zero_bytes.jpg", new byte[0]);
        files.put("one_byte.jpg", new byte[] {(byte) 0xff});
        files.put("text_named.jpg", "this is a text\n".getBytes(StandardCharsets.UTF_8));
        files.put("html_error_page.jpg", "<!DOCTYPE html><html>403</html>".getBytes(StandardCharsets.UTF_8));
        files.put("truncated_header.jpg", Arrays.copyOf(jpeg(40, 40), 12));
        files.put("manifest.json", "{}".getBytes(StandardCharsets.UTF_8));
        files.put("model_fails_on_13_px.png", png(13, 16));
        return files;
    }

    public static void write(Path folder, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }
}
