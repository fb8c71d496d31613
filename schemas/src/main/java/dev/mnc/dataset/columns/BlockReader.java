package dev.mnc.dataset.columns;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * A reader of entries from the middle of a results file, straight into columns. It reads the usual entry only: integer
 * ids, finite numbers, run-length texts. At anything else it throws, and the caller reads the file again with
 * {@link dev.mnc.dataset.CocoResults}, which knows every form and names every fault.
 */
final class BlockReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int IMAGE_ID = 1;
    private static final int CATEGORY_ID = 2;
    private static final int SCORE = 4;
    private static final int BBOX = 8;
    private static final int SEGMENTATION = 16;
    private static final int REQUIRED = IMAGE_ID | CATEGORY_ID | SCORE;
    private static final int SIZE = 1;
    private static final int COUNTS = 2;

    private final JsonParser json;
    private final DetectionColumns columns;

    private BlockReader(JsonParser json, DetectionColumns columns) {
        this.json = json;
        this.columns = columns;
    }

    /**
     * Finds where the first entry at or after {@code from} seems to start: behind a {@code }}, a comma and before a quoted
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
        int comma = lastBefore(bytes, brace);
        if (comma < 1 || bytes[comma] != ',') {
            return false;
        }
        int end = lastBefore(bytes, comma);
        return end >= 0 && bytes[end] == '}';
    }

    private static boolean precedesName(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isBlank(bytes[i])) {
            i++;
        }
        return i < to && bytes[i] == '"';
    }

    /** Returns the position of the last byte before another that is not blank, or -1. */
    static int lastBefore(byte[] bytes, int position) {
        int i = position - 1;
        while (i >= 0 && isBlank(bytes[i])) {
            i--;
        }
        return i;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    /**
     * Reads a list of entries.
     *
     * @param from its opening bracket
     * @param to where the bytes end, and the list at the latest
     * @return the position behind its closing bracket
     * @throws JsonParseException at anything but the usual entry
     */
    static int read(byte[] bytes, int from, int to, DetectionColumns columns) throws IOException {
        try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
            new BlockReader(json, columns).list();
            return from + (int) json.currentLocation().getByteOffset();
        }
    }

    private void list() throws IOException {
        expect(JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_OBJECT) {
            entry();
        }
        check(json.currentToken() == JsonToken.END_ARRAY);
    }

    private void check(boolean usual) throws JsonParseException {
        if (!usual) {
            throw new JsonParseException(json, "an entry is not the usual one");
        }
    }

    private void expect(JsonToken token) throws IOException {
        check(json.nextToken() == token);
    }

    private void entry() throws IOException {
        int index = columns.open();
        long imageId = 0;
        long categoryId = 0;
        double score = 0;
        int found = 0;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            switch (name) {
                case "image_id" -> {
                    imageId = integer();
                    found |= IMAGE_ID;
                }
                case "category_id" -> {
                    categoryId = integer();
                    found |= CATEGORY_ID;
                }
                case "score" -> {
                    score = number();
                    found |= SCORE;
                }
                case "bbox" -> {
                    box(index);
                    found = once(found, BBOX);
                }
                case "segmentation" -> {
                    segmentation(index);
                    found = once(found, SEGMENTATION);
                }
                default -> {
                    json.nextToken();
                    json.skipChildren();
                }
            }
        }
        check((found & REQUIRED) == REQUIRED);
        columns.set(index, imageId, categoryId, score);
    }

    private int once(int found, int field) throws JsonParseException {
        check((found & field) == 0);
        return found | field;
    }

    private long integer() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    private double number() throws IOException {
        check(json.nextToken().isNumeric());
        return json.getDoubleValue();
    }

    private void box(int index) throws IOException {
        expect(JsonToken.START_ARRAY);
        for (int side = 0; side < 4; side++) {
            double value = number();
            check(Math.abs(value) <= Double.MAX_VALUE && (side < 2 || value >= 0));
            columns.setBox(index, side, value);
        }
        expect(JsonToken.END_ARRAY);
    }

    private void segmentation(int index) throws IOException {
        expect(JsonToken.START_OBJECT);
        int found = 0;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            switch (name) {
                case "size" -> {
                    size(index);
                    found = once(found, SIZE);
                }
                case "counts" -> {
                    expect(JsonToken.VALUE_STRING);
                    columns.appendText(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
                    found = once(found, COUNTS);
                }
                default -> check(false);
            }
        }
        check(found == (SIZE | COUNTS));
    }

    private void size(int index) throws IOException {
        expect(JsonToken.START_ARRAY);
        long height = integer();
        long width = integer();
        expect(JsonToken.END_ARRAY);
        check(height >= 0 && width >= 0 && height <= Integer.MAX_VALUE && width <= Integer.MAX_VALUE);
        columns.setSize(index, (int) height, (int) width);
    }
}
