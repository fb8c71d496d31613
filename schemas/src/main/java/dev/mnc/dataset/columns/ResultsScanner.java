package dev.mnc.dataset.columns;

import com.fasterxml.jackson.core.io.NumberInput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads entries of a results file straight from its bytes, five times as fast as a general JSON parser and for the usual
 * entry only: integer ids, plain numbers, run-length texts. At anything else it gives up, and the caller reads the file
 * again with the general parser, which knows every form and names every fault.
 */
final class ResultsScanner {

    /** Thrown at an entry that is not the usual one; says nothing, for the general parser will. */
    static final class UnusualException extends RuntimeException {

        UnusualException() {
            super("an entry is not the usual one", null, false, false);
        }
    }

    /** Bytes of zero that must follow the data: no token goes on over them, so none needs to look for the end. */
    static final int PADDING = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double[] POWERS_OF_TEN = powersOfTen();
    private static final int MOST_DIGITS = 18;
    private static final long EXACT = 1L << 53;

    private final byte[] bytes;
    private final DetectionColumns columns;
    private int at;

    ResultsScanner(byte[] bytes, int from, DetectionColumns columns) {
        this.bytes = bytes;
        this.at = from;
        this.columns = columns;
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

    /**
     * Where the first entry at or after {@code from} seems to start: behind a {@code }}, a comma and before a quoted
     * name. Within a text this can look so by accident; the caller notices, for then the entries before do not end here.
     *
     * @return the position of its brace, or -1 if there is none before {@code to}
     */
    static int findEntry(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '{' && followsEntry(bytes, i) && precedesName(bytes, i + 1, to)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean followsEntry(byte[] bytes, int brace) {
        int i = brace - 1;
        while (i >= 0 && isBlank(bytes[i])) {
            i--;
        }
        if (i < 1 || bytes[i] != ',') {
            return false;
        }
        i--;
        while (i >= 0 && isBlank(bytes[i])) {
            i--;
        }
        return i >= 0 && bytes[i] == '}';
    }

    private static boolean precedesName(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isBlank(bytes[i])) {
            i++;
        }
        return i < to && bytes[i] == '"';
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /**
     * Reads entries up to a position, from the start of one.
     *
     * @param to the first entry that starts here or later is left
     * @return where that entry starts; or, if the list ends first, {@code -1 - p} with p the position behind its bracket
     * @throws UnusualException at anything but the usual entry
     */
    int read(int to) {
        while (at < to) {
            entry();
            int next = skipBlanks();
            at++;
            if (next == ']') {
                return -1 - at;
            }
            if (next != ',') {
                throw new UnusualException();
            }
            skipBlanks();
        }
        return at;
    }

    /** Steps into the list; true if it holds an entry. */
    boolean enter() {
        expect('[');
        if (skipBlanks() == '{') {
            return true;
        }
        if (bytes[at] != ']') {
            throw new UnusualException();
        }
        return false;
    }

    int position() {
        return at;
    }

    private int skipBlanks() {
        int c = bytes[at];
        while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            c = bytes[++at];
        }
        return c;
    }

    private void expect(int character) {
        if (skipBlanks() != character) {
            throw new UnusualException();
        }
        at++;
    }

    private void entry() {
        int index = columns.open();
        long imageId = 0;
        long categoryId = 0;
        double score = 0;
        int found = 0;
        expect('{');
        do {
            expect('"');
            int name = at;
            int length = nameLength();
            expect(':');
            skipBlanks();
            if (length == 8 && matches(name, "image_id")) {
                imageId = integer();
                found |= 1;
            } else if (length == 11 && matches(name, "category_id")) {
                categoryId = integer();
                found |= 2;
            } else if (length == 5 && matches(name, "score")) {
                score = number();
                found |= 4;
            } else if (length == 4 && matches(name, "bbox")) {
                box(index);
                found = once(found, 8);
            } else if (length == 12 && matches(name, "segmentation")) {
                segmentation(index);
                found = once(found, 16);
            } else {
                skipValue(0);
            }
        } while (another());
        if ((found & 7) != 7) {
            throw new UnusualException();
        }
        columns.set(index, imageId, categoryId, score);
    }

    /** Steps over a comma, or over the brace that ends the object. */
    private boolean another() {
        int c = skipBlanks();
        at++;
        if (c != ',' && c != '}') {
            throw new UnusualException();
        }
        return c == ',';
    }

    private static int once(int found, int bit) {
        if ((found & bit) != 0) {
            throw new UnusualException();
        }
        return found | bit;
    }

    /** Length of the name that starts here; steps behind its closing quote. */
    private int nameLength() {
        int start = at;
        int c = bytes[at];
        while (c != '"') {
            if (c < ' ' || c == '\\') {
                throw new UnusualException();
            }
            c = bytes[++at];
        }
        return at++ - start;
    }

    private boolean matches(int start, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private long integer() {
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        int start = at;
        long value = 0;
        int digit = bytes[at] - '0';
        while (digit >= 0 && digit <= 9) {
            value = 10 * value + digit;
            digit = bytes[++at] - '0';
        }
        int length = at - start;
        int end = bytes[at];
        if (length == 0
                || length > MOST_DIGITS
                || end == '.'
                || end == 'e'
                || end == 'E'
                || leadingZero(start, length)) {
            throw new UnusualException();
        }
        return negative ? -value : value;
    }

    private boolean leadingZero(int start, int length) {
        return length > 1 && bytes[start] == '0';
    }

    /** Correctly rounded: one division of two doubles that are exact, or else the library's parser. */
    private double number() {
        int start = at;
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        int first = at;
        long digits = 0;
        int digit = bytes[at] - '0';
        while (digit >= 0 && digit <= 9) {
            digits = 10 * digits + digit;
            digit = bytes[++at] - '0';
        }
        int whole = at - first;
        if (whole == 0 || leadingZero(first, whole)) {
            throw new UnusualException();
        }
        int decimals = 0;
        if (bytes[at] == '.') {
            int dot = at;
            digit = bytes[++at] - '0';
            while (digit >= 0 && digit <= 9) {
                digits = 10 * digits + digit;
                digit = bytes[++at] - '0';
            }
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

    private void box(int index) {
        expect('[');
        for (int side = 0; side < 4; side++) {
            skipBlanks();
            double value = number();
            if (!(Math.abs(value) <= Double.MAX_VALUE) || (side > 1 && value < 0)) {
                throw new UnusualException();
            }
            columns.setBox(index, side, value);
            expect(side < 3 ? ',' : ']');
        }
    }

    private void segmentation(int index) {
        boolean sized = false;
        boolean texted = false;
        expect('{');
        do {
            expect('"');
            int name = at;
            int length = nameLength();
            expect(':');
            skipBlanks();
            if (length == 4 && !sized && matches(name, "size")) {
                size(index);
                sized = true;
            } else if (length == 6 && !texted && matches(name, "counts")) {
                counts();
                texted = true;
            } else {
                throw new UnusualException();
            }
        } while (another());
        if (!sized || !texted) {
            throw new UnusualException();
        }
    }

    private void size(int index) {
        expect('[');
        skipBlanks();
        long height = integer();
        expect(',');
        skipBlanks();
        long width = integer();
        expect(']');
        if (height < 0 || width < 0 || height > Integer.MAX_VALUE || width > Integer.MAX_VALUE) {
            throw new UnusualException();
        }
        columns.setSize(index, (int) height, (int) width);
    }

    /** Copies a text whose only escape is that of the backslash, which is a legal character of a run-length text. */
    private void counts() {
        expect('"');
        while (true) {
            int start = at;
            int end = plainEnd(start);
            int to = columns.reserve(end - start + 1);
            System.arraycopy(bytes, start, columns.text(), to, end - start);
            columns.endText(to + end - start);
            at = end + 1;
            if (bytes[end] == '"') {
                return;
            }
            if (bytes[end] != '\\' || bytes[at] != '\\') {
                throw new UnusualException();
            }
            columns.text()[to + end - start] = '\\';
            columns.endText(to + end - start + 1);
            at++;
        }
    }

    /** The first quote, backslash or character that is not printable ASCII, looking at eight bytes a step. */
    private int plainEnd(int start) {
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
        while (true) {
            if (end == '}') {
                expect('"');
                skipText();
                expect(':');
            }
            skipValue(depth + 1);
            int c = skipBlanks();
            at++;
            if (c == end) {
                return;
            }
            if (c != ',') {
                throw new UnusualException();
            }
        }
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
