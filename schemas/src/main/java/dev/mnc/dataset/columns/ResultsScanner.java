package dev.mnc.dataset.columns;

import dev.mnc.dataset.columns.JsonScanner.UnusualException;

/**
 * A scanner of entries of a results file, straight from its bytes, five times as fast as a general JSON parser and for
 * the usual form only: integer ids, plain numbers, run-length texts. At anything else it throws, and the caller reads
 * the file again with the general parser, which accepts every form and reports every fault.
 */
final class ResultsScanner {

    private final byte[] bytes;
    private final JsonScanner json;
    private final DetectionColumns columns;

    /**
     * Starts at a position.
     *
     * @param bytes end with {@link JsonScanner#PADDING} bytes of zero
     */
    ResultsScanner(byte[] bytes, int from, DetectionColumns columns) {
        this.bytes = bytes;
        this.json = new JsonScanner(bytes, from);
        this.columns = columns;
    }

    /**
     * Returns the position at which the first entry at or after {@code from} seems to start: behind a {@code }}, a
     * comma and before a quoted name. The inside of a text can look the same; the caller notices, for then the entries
     * before do not end here.
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
     * @param to the first entry that starts here or later is not read
     * @return the position of that entry; or, if the list ends first, {@code -1 - p} with p the position behind its
     *     bracket
     * @throws UnusualException at anything but the usual form
     */
    int read(int to) {
        while (json.position() < to) {
            readEntry();
            if (!json.another(']')) {
                return -1 - json.position();
            }
            json.skipBlanks();
        }
        return json.position();
    }

    /** Steps into the list; returns true if it holds an entry. */
    boolean enter() {
        json.expect('[');
        int next = json.skipBlanks();
        if (next != '{' && next != ']') {
            throw new UnusualException();
        }
        return next == '{';
    }

    int position() {
        return json.position();
    }

    private void readEntry() {
        int index = columns.open();
        long imageId = 0;
        long categoryId = 0;
        double score = 0;
        int found = 0;
        json.expect('{');
        do {
            int length = json.nameLength();
            if (length == 8 && json.isNamed("image_id")) {
                imageId = json.integer();
                found |= 1;
            } else if (length == 11 && json.isNamed("category_id")) {
                categoryId = json.integer();
                found |= 2;
            } else if (length == 5 && json.isNamed("score")) {
                score = json.number();
                found |= 4;
            } else if (length == 4 && json.isNamed("bbox")) {
                readBox(index);
                found = once(found, 8);
            } else if (length == 12 && json.isNamed("segmentation")) {
                readSegmentation(index);
                found = once(found, 16);
            } else {
                json.skipValue();
            }
        } while (json.another('}'));
        if ((found & 7) != 7) {
            throw new UnusualException();
        }
        columns.set(index, imageId, categoryId, score);
    }

    private static int once(int found, int bit) {
        if ((found & bit) != 0) {
            throw new UnusualException();
        }
        return found | bit;
    }

    private void readBox(int index) {
        json.expect('[');
        for (int side = 0; side < 4; side++) {
            json.skipBlanks();
            double value = json.number();
            if (!(Math.abs(value) <= Double.MAX_VALUE) || (side > 1 && value < 0)) {
                throw new UnusualException();
            }
            columns.setBox(index, side, value);
            json.expect(side < 3 ? ',' : ']');
        }
    }

    private void readSegmentation(int index) {
        int found = 0;
        json.expect('{');
        do {
            int length = json.nameLength();
            if (length == 4 && json.isNamed("size")) {
                readSize(index);
                found = once(found, 1);
            } else if (length == 6 && json.isNamed("counts")) {
                readCounts();
                found = once(found, 2);
            } else {
                throw new UnusualException();
            }
        } while (json.another('}'));
        if (found != 3) {
            throw new UnusualException();
        }
    }

    private void readSize(int index) {
        json.expect('[');
        json.skipBlanks();
        long height = json.integer();
        json.expect(',');
        json.skipBlanks();
        long width = json.integer();
        json.expect(']');
        if (height < 0 || width < 0 || height > Integer.MAX_VALUE || width > Integer.MAX_VALUE) {
            throw new UnusualException();
        }
        columns.setSize(index, (int) height, (int) width);
    }

    /** Copies a text whose only escape is that of the backslash, which is a legal character of a run-length text. */
    private void readCounts() {
        json.expect('"');
        int start = json.position();
        while (true) {
            int end = json.plainEnd(start);
            int to = columns.reserve(end - start + 1);
            System.arraycopy(bytes, start, columns.text(), to, end - start);
            columns.endText(to + end - start);
            if (bytes[end] == '"') {
                json.moveTo(end + 1);
                return;
            }
            if (bytes[end] != '\\' || bytes[end + 1] != '\\') {
                throw new UnusualException();
            }
            columns.text()[to + end - start] = '\\';
            columns.endText(to + end - start + 1);
            start = end + 2;
        }
    }
}
