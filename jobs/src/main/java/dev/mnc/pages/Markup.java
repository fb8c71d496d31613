package dev.mnc.pages;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** The functions that put text from outside into the page; there is no other way. */
final class Markup {

    private Markup() {}

    /** Returns text made safe for an element's content and for an attribute in double quotes. */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(allowed(c) ? c : '\ufffd');
            }
        }
        return safe.toString();
    }

    /**
     * Returns whether a character may appear: control characters and the marks that reverse the reading direction would
     * let a name disguise itself.
     */
    private static boolean allowed(char c) {
        boolean control = (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
        boolean turnsDirection = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        return !control && !turnsDirection && c != 0xfffe && c != 0xffff;
    }

    /** Returns the name of a script or style sheet in the content security policy: its hash. */
    static String policyHash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Returns the text cut to a number of characters, the last of them an ellipsis if anything was cut; not yet
     * escaped.
     */
    static String shorten(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, characters - 1)) + "…";
    }

    /** Returns a metric in three decimals, with all its digits for programs; a dash where it is undefined (-1). */
    static String metric(double value) {
        return value == -1
                ? "<span title=\"undefined: no such objects\">–</span>"
                : String.format(Locale.ROOT, "<data value=\"%s\">%.3f</data>", value, value);
    }

    /** Returns the name of an IoU type for readers. */
    static String typeName(String iouType) {
        return switch (iouType) {
            case "segm" -> "Mask";
            case "bbox" -> "Box";
            default -> iouType;
        };
    }

    /** Returns a count with separated thousands. */
    static String count(long value) {
        return String.format(Locale.ROOT, "<data value=\"%d\">%,d</data>", value, value);
    }
}
