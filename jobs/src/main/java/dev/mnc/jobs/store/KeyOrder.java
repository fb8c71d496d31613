package dev.mnc.jobs.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The order of an object store's keys, that of their UTF-8, and what lies between two of them. */
final class KeyOrder {

    /** Below every character that a made-up key may have: no server can be trusted with control characters. */
    private static final int FLOOR = 0x1f;

    /** Above every character. */
    private static final int CEILING = 0x110000;

    /** Behind most characters that keys have. */
    static final char LAST_ASCII = '~';

    /** The characters that {@link #position} tells apart: those of ASCII that print, all below, and all above. */
    private static final int DIGITS = LAST_ASCII - FLOOR + 2;

    private KeyOrder() {}

    static boolean isBefore(String key, String other) {
        return Arrays.compareUnsigned(key.getBytes(UTF_8), other.getBytes(UTF_8)) < 0;
    }

    /**
     * Returns a key between two about in the middle, by the characters, not by the keys there are; null if there is none that
     * a server can be asked for.
     *
     * @param from before the result
     * @param to behind the result; null for the end of all that begin with the same {@code prefix} characters
     * @param prefix number of characters that both have in common
     */
    static @Nullable String between(String from, @Nullable String to, int prefix) {
        int[] low = from.substring(prefix).codePoints().toArray();
        int[] high = to == null ? null : to.substring(prefix).codePoints().toArray();
        StringBuilder common = new StringBuilder(from.substring(0, prefix));
        int i = 0;
        while (high != null && i < low.length && i < high.length && low[i] == high[i]) {
            common.appendCodePoint(low[i++]);
        }
        if (high != null && i == high.length) {
            return null;
        }
        int above = high == null ? CEILING : high[i];
        while (true) {
            int below = i < low.length ? low[i] : FLOOR;
            int middle = middle(below, above);
            if (middle > 0) {
                return common.appendCodePoint(middle).toString();
            }
            if (i == low.length) {
                return null;
            }
            common.appendCodePoint(below);
            i++;
            above = CEILING; // all that begins with the character below is before the upper key
        }
    }

    /** Returns a character between two, 0 if there is none. Most keys are ASCII, so a first guess is where that ends. */
    private static int middle(int low, int high) {
        if (low < LAST_ASCII && high > LAST_ASCII) {
            return LAST_ASCII;
        }
        int middle = Math.max((low + high) >>> 1, FLOOR + 1);
        if (middle == LAST_ASCII + 1
                || !Character.isDefined(middle)
                || Character.getType(middle) == Character.SURROGATE) {
            middle = low + 1; // whatever follows: few keys are there
        }
        boolean usable = middle > low
                && middle < high
                && middle != LAST_ASCII + 1
                && Character.isDefined(middle)
                && Character.getType(middle) != Character.SURROGATE;
        return usable ? middle : 0;
    }

    /**
     * Returns about where a key lies among all that begin with the same {@code prefix} characters.
     *
     * @param key null for the end
     * @return in [0, 1]
     */
    static double position(@Nullable String key, int prefix) {
        if (key == null) {
            return 1;
        }
        double position = 0;
        double width = 1;
        for (int i = prefix; i < key.length() && i < prefix + 8; i++) {
            width /= DIGITS;
            position += width * Math.min(Math.max(key.charAt(i) - FLOOR, 0), DIGITS - 1);
        }
        return position;
    }

    /** Returns the number of characters that two keys have in common at their start. */
    static int commonPrefix(String key, @Nullable String other, int least) {
        if (other == null) {
            return least;
        }
        int length = Math.min(key.length(), other.length());
        int i = 0;
        while (i < length && key.charAt(i) == other.charAt(i)) {
            i++;
        }
        // Never between the halves of one character.
        return i > 0 && Character.isHighSurrogate(key.charAt(i - 1)) ? i - 1 : i;
    }
}
