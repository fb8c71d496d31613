package dev.mnc.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The recognition, from its first bytes, of a file that is in none of the readable formats. */
final class ForeignFormat {

    private static final int SHORTEST_IMAGE = 12;
    private static final int INSPECTED_BYTES = 1024;
    private static final int QUOTED = 4;
    private static final String READABLE = "; only JPEG, PNG, BMP and GIF can be read";
    private static final String NO_IMAGE = ", not an image";
    private static final Pattern STORE_ERROR =
            Pattern.compile("<Error>.*?<Code>([A-Za-z0-9.]+)</Code>", Pattern.DOTALL);

    /** A text near the start of files of some kind. */
    private record Signature(int at, String text, String name) {}

    private static final List<Signature> SIGNATURES = List.of(
            new Signature(8, "WEBP", "WebP image" + READABLE),
            new Signature(0, "II*\0", "TIFF image" + READABLE),
            new Signature(0, "MM\0*", "TIFF image" + READABLE),
            new Signature(0, "II+\0", "TIFF image" + READABLE),
            new Signature(0, "MM\0+", "TIFF image" + READABLE),
            new Signature(4, "jP  \r\n\u0087\n", "JPEG 2000 image" + READABLE),
            new Signature(0, "\u00ffO\u00ffQ", "JPEG 2000 image" + READABLE),
            new Signature(4, "JXL \r\n\u0087\n", "JPEG XL image" + READABLE),
            new Signature(4, "ftypavi", "AVIF image" + READABLE),
            new Signature(4, "ftyphe", "HEIC image" + READABLE),
            new Signature(4, "ftypmif1", "HEIC or AVIF image" + READABLE),
            new Signature(4, "ftypmsf1", "HEIC or AVIF image" + READABLE),
            new Signature(4, "ftyp", "video or other MP4 file" + NO_IMAGE),
            new Signature(0, "8BPS", "Photoshop document" + READABLE),
            new Signature(0, "%PDF", "PDF document" + NO_IMAGE),
            new Signature(0, "PK\u0003\u0004", "zip archive" + NO_IMAGE),
            new Signature(0, "PK\u0005\u0006", "zip archive" + NO_IMAGE),
            new Signature(0, "\u001f\u008b", "gzip file" + NO_IMAGE));

    private ForeignFormat() {}

    /** Returns the reason for which a file that is no readable image is refused. */
    static String reason(byte[] bytes) {
        if (bytes.length == 0) {
            return "empty file (0 bytes)";
        }
        if (bytes.length < SHORTEST_IMAGE) {
            return String.format(
                    Locale.ROOT, "only %d byte%s, too short for an image", bytes.length, bytes.length == 1 ? "" : "s");
        }
        for (Signature signature : SIGNATURES) {
            if (HeaderBytes.holds(bytes, signature.at(), signature.text().getBytes(StandardCharsets.ISO_8859_1))) {
                return signature.name();
            }
        }
        String text = text(bytes);
        return text.isEmpty() ? unknown(bytes) : textReason(text);
    }

    private static String unknown(byte[] bytes) {
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, QUOTED);
        return "unknown format (first bytes " + hex + ")" + READABLE;
    }

    /** Returns the start of the file as text, or an empty text if it is binary. */
    static String text(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, INSPECTED_BYTES), StandardCharsets.UTF_8);
        if (start.startsWith("\ufeff")) {
            start = start.substring(1);
        }
        // A character cut in two at the end of the inspected bytes is no sign of binary data.
        String whole = start.endsWith("\ufffd") ? start.substring(0, start.length() - 1) : start;
        boolean binary = whole.chars().anyMatch(c -> c == '\ufffd' || (Character.isISOControl(c) && !isBlank(c)));
        return binary ? "" : whole.strip();
    }

    private static boolean isBlank(int c) {
        return c == '\n' || c == '\r' || c == '\t' || c == '\f';
    }

    private static String textReason(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<head")) {
            return "HTML page" + NO_IMAGE;
        }
        if (lower.startsWith("<?xml") || lower.startsWith("<error") || lower.startsWith("<svg")) {
            return xmlReason(text, lower);
        }
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return "Git LFS pointer, not the image it stands for";
        }
        // The text itself is not quoted: the file may be none of the corpus, but what a link in it leads to.
        return "plain text" + NO_IMAGE;
    }

    private static String xmlReason(String text, String lower) {
        Matcher error = STORE_ERROR.matcher(text);
        if (error.find()) {
            return "error reply of an object store (" + error.group(1) + ")" + NO_IMAGE;
        }
        if (lower.contains("<svg")) {
            return "SVG drawing" + READABLE;
        }
        return (lower.contains("<html") ? "HTML page" : "XML document") + NO_IMAGE;
    }
}
