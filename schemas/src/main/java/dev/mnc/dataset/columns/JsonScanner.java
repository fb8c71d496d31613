package dev.mnc.dataset.columns;

import com.fasterxml.jackson.core.io.NumberInput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A scanner of the bytes of usual JSON: names without escapes, integers of at most 18 digits, plain numbers. Throws
 * {@link UnusualException} at anything else.
 */
final class JsonScanner {

    /** A sign that the JSON is not of the usual form. It has no details, for the general parser reports them. */
    static final class UnusualException extends RuntimeException {

        UnusualException() {
            super("an entry is not the usual one", null, false, false);
        }
    }

    /**
     * The number of zero bytes that must follow the data: no token continues over them, so none needs to check for the
     * end.
     */
    static final int PADDING = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double[] POWERS_OF_TEN = powersOfTen();
    private static final int MOST_DIGITS = 18;
    private static final long EXACT = 1L << 53;

    private final byte[] bytes;
    private int at;
    private int nameAt;

    JsonScanner(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    private static double[] powersOfTen() {
        double[] powers = new double[23];
        double power = 1;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power *= 10;
        }
        return powers;
    }

    int position() {
        return at;
    }

    /** Moves to a position, behind bytes that were read without the scanner. */
    void moveTo(int position) {
        at = position;
    }

    /** Steps to the next token and returns its first character. */
    int skipBlanks() {
        int c = bytes[at];
        while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            c = bytes[++at];
        }
        return c;
    }

    /** Steps over one character and the blanks before it. */
    void expect(int character) {
        if (skipBlanks() != character) {
            throw new UnusualException();
        }
        at++;
    }

    /**
     * Steps over a comma, or over the end of the list or object.
     *
     * @return whether it was a comma
     */
    boolean another(int end) {
        int c = skipBlanks();
        at++;
        if (c != ',' && c != end) {
            throw new UnusualException();
        }
        return c == ',';
    }

    /** Reads a name and steps to its value; returns the length of the name. */
    int nameLength() {
        expect('"');
        int start = at;
        int c = bytes[at];
        while (c != '"') {
            if (c < ' ' || c == '\\') {
                throw new UnusualException();
            }
            c = bytes[++at];
        }
        int length = at++ - start;
        expect(':');
        skipBlanks();
        nameAt = start;
        return length;
    }

    /** Returns whether the name that was read last starts with a text. */
    boolean isNamed(String expected) {
        return matches(nameAt, expected);
    }

    private boolean matches(int start, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (bytes[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Steps over digits that follow others. */
    private long digits(long before) {
        long value = before;
        int digit = bytes[at] - '0';
        while (digit >= 0 && digit <= 9) {
            value = 10 * value + digit;
            digit = bytes[++at] - '0';
        }
        return value;
    }

    /** Steps over a minus sign; returns whether there was one. */
    private boolean skipMinus() {
        boolean negative = bytes[at] == '-';
        at += negative ? 1 : 0;
        return negative;
    }

    long integer() {
        boolean negative = skipMinus();
        int start = at;
        long value = digits(0);
        int length = at - start;
        int end = bytes[at];
        if (length > MOST_DIGITS || end == '.' || end == 'e' || end == 'E' || !isWhole(start, length)) {
            throw new UnusualException();
        }
        return negative ? -value : value;
    }

    /** Returns whether digits may stand before a decimal point. */
    private boolean isWhole(int start, int length) {
        return length == 1 || (length > 1 && bytes[start] != '0');
    }

    /**
     * Returns a number, correctly rounded: one division of two doubles that are exact, or else the library's parser.
     */
    double number() {
        int start = at;
        boolean negative = skipMinus();
        int first = at;
        long digits = digits(0);
        int whole = at - first;
        if (!isWhole(first, whole)) {
            throw new UnusualException();
        }
        int decimals = 0;
        if (bytes[at] == '.') {
            int dot = at++;
            digits = digits(digits);
            decimals = at - dot - 1;
            if (decimals == 0) {
                throw new UnusualException();
            }
        }
        boolean exponent = (bytes[at] | 0x20) == 'e';
        if (exponent || whole + decimals > MOST_DIGITS || digits > EXACT || decimals >= POWERS_OF_TEN.length) {
            return parsed(start);
        }
        double value = digits / POWERS_OF_TEN[decimals];
        return negative ? -value : value;
    }

    private double parsed(int start) {
        int c = bytes[at];
        while ((c >= '0' && c <= '9') || c == 'e' || c == 'E' || c == '+' || c == '-') {
            c = bytes[++at];
        }
        try {
            return NumberInput.parseDouble(new String(bytes, start, at - start, StandardCharsets.ISO_8859_1), true);
        } catch (NumberFormatException e) {
            throw new UnusualException();
        }
    }

    /**
     * Returns the position of the first quote, backslash or character that is not printable ASCII, eight bytes a step.
     */
    int plainEnd(int start) {
        int i = start;
        int last = bytes.length - Long.BYTES;
        while (i <= last) {
            long eight = (long) LONG.get(bytes, i);
            long odd = zeroBytes(eight ^ 0x2222222222222222L)
                    | zeroBytes(eight ^ 0x5c5c5c5c5c5c5c5cL)
                    | ((eight - 0x2020202020202020L) & ~eight & 0x8080808080808080L)
                    | (eight & 0x8080808080808080L);
            if (odd != 0) {
                return i + (Long.numberOfTrailingZeros(odd) >>> 3);
            }
            i += Long.BYTES;
        }
        return i;
    }

    private static long zeroBytes(long eight) {
        return (eight - 0x0101010101010101L) & ~eight & 0x8080808080808080L;
    }

    /** Steps over a value of any kind. */
    void skipValue() {
        skipValue(0);
    }

    private void skipValue(int depth) {
        int c = skipBlanks();
        if (c == '"') {
            at++;
            skipText();
        } else if ((c >= '0' && c <= '9') || c == '-') {
            number();
        } else if (c == 't' || c == 'n') {
            skipWord(c == 't' ? "true" : "null");
        } else if (c == 'f') {
            skipWord("false");
        } else if ((c == '[' || c == '{') && depth < 64) {
            skipContainer(c == '[' ? ']' : '}', depth);
        } else {
            throw new UnusualException();
        }
    }

    private void skipContainer(int end, int depth) {
        at++;
        if (skipBlanks() == end) {
            at++;
            return;
        }
        do {
            if (end == '}') {
                expect('"');
                skipText();
                expect(':');
            }
            skipValue(depth + 1);
        } while (another(end));
    }

    private void skipText() {
        int c = bytes[at];
        while (c != '"') {
            if (c >= 0 && c < ' ') {
                throw new UnusualException();
            }
            at += c == '\\' ? 2 : 1;
            c = bytes[at];
        }
        at++;
    }

    private void skipWord(String word) {
        if (!matches(at, word)) {
            throw new UnusualException();
        }
        at += word.length();
    }
}
