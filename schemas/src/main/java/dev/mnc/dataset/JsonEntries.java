package dev.mnc.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.mnc.geometry.Box;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A cursor over a JSON file made of entries, which knows the file, section, entry and field for its error messages. */
final class JsonEntries implements Closeable {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final String source;
    private final JsonParser parser;
    private String section = "";
    private int entry = -1;
    private int depth;
    private boolean broken;
    private String field = "";

    JsonEntries(InputStream in, String source) throws IOException {
        this.source = source;
        this.parser = JSON.createParser(source.endsWith(".gz") ? new Inflated(in) : in);
    }

    /** A stream that decompresses the file and reports damage with the file's name. */
    private final class Inflated extends FilterInputStream {

        Inflated(InputStream in) throws IOException {
            super(in);
            try {
                this.in = new GZIPInputStream(in, 1 << 16);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        private UnreadableDatasetException damaged(IOException e) {
            broken = true;
            String why = e.getMessage() == null ? "it is empty" : e.getMessage();
            return new UnreadableDatasetException(source + ": the compressed file is cut short or damaged: " + why, e);
        }
    }

    /** Checks that nothing follows the content that has been read. */
    void end() throws IOException {
        try {
            if (parser.nextToken() != null) {
                broken = true;
                JsonLocation location = parser.currentTokenLocation();
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: something follows the end of its JSON at line %d, column %d",
                        source,
                        location.getLineNr(),
                        location.getColumnNr()));
            }
        } catch (JsonProcessingException e) {
            throw broken(e);
        }
    }

    /** Returns the next token; broken JSON is reported with its location. */
    JsonToken next() throws IOException {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                broken = true;
                throw new UnreadableDatasetException(source + ": the file ends too early");
            }
            return token;
        } catch (JsonProcessingException e) {
            throw broken(e);
        }
    }

    private UnreadableDatasetException broken(JsonProcessingException e) {
        broken = true;
        return new UnreadableDatasetException(
                String.format(
                        Locale.ROOT,
                        "%s: not valid JSON at line %d, column %d%s: %s",
                        source,
                        e.getLocation().getLineNr(),
                        e.getLocation().getColumnNr(),
                        entry < 0 ? "" : ", near " + section + "[" + entry + "]",
                        e.getOriginalMessage()),
                e);
    }

    JsonToken token() {
        return parser.currentToken();
    }

    /** Starts counting entries of a section. */
    void startSection(String name) {
        section = name;
        entry = -1;
    }

    /** Steps to the next entry of an array of objects; returns false at its end. */
    boolean nextEntry() throws IOException {
        depth = parser.getParsingContext().getNestingDepth();
        JsonToken token = next();
        entry++;
        field = "";
        if (token == JsonToken.END_ARRAY) {
            return false;
        }
        if (token != JsonToken.START_OBJECT) {
            throw wrong("is not a JSON object");
        }
        return true;
    }

    /**
     * Leaves the entry that could not be read.
     *
     * @param faults receives the fault, and may stop the reading by throwing
     * @throws UnreadableDatasetException the fault itself if nothing behind it can be read either
     */
    void leaveEntry(UnreadableDatasetException fault, EntryFaultHandler faults) throws IOException {
        if (broken) {
            throw fault;
        }
        faults.unreadable(fault);
        while (parser.getParsingContext().getNestingDepth() > depth) {
            next();
        }
    }

    /** Steps to the value of the next field of an object and returns the field's name; null at its end. */
    @Nullable
    String nextField() throws IOException {
        if (next() == JsonToken.END_OBJECT) {
            field = "";
            return null;
        }
        field = parser.currentName();
        next();
        return field;
    }

    /** A reader of one entry. */
    interface Entry {
        void read() throws IOException;
    }

    /**
     * Reads a section whose value is a list of objects.
     *
     * @param faults receives the entries that the reader cannot read
     */
    void readList(String name, Entry reader, EntryFaultHandler faults) throws IOException {
        if (token() != JsonToken.START_ARRAY) {
            throw wrong("must be a list");
        }
        startSection(name);
        boolean more = true;
        while (more) {
            try {
                more = nextEntry();
                if (more) {
                    reader.read();
                }
            } catch (UnreadableDatasetException e) {
                leaveEntry(e, faults);
            }
        }
        startSection("");
    }

    /** Returns the position of the entry in its section, from 0. */
    int entry() {
        return entry;
    }

    void skip() throws IOException {
        try {
            parser.skipChildren();
        } catch (JsonProcessingException e) {
            throw broken(e);
        }
    }

    String text() throws IOException {
        if (token() != JsonToken.VALUE_STRING) {
            throw wrong("must be a text");
        }
        return parser.getText();
    }

    double number() throws IOException {
        if (token() != JsonToken.VALUE_NUMBER_INT && token() != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong("must be a number");
        }
        return parser.getDoubleValue();
    }

    /** Returns a number that is not NaN or infinite. */
    double finite() throws IOException {
        double value = number();
        if (!Double.isFinite(value)) {
            throw wrong("must be finite, got " + value);
        }
        return value;
    }

    /** Returns an integer; one with a decimal point is accepted if nothing follows it, as in 3.0. */
    long integer() throws IOException {
        if (token() == JsonToken.VALUE_NUMBER_INT) {
            try {
                return parser.getLongValue();
            } catch (JsonProcessingException e) {
                throw wrong("must be an integer within -2^63 .. 2^63 - 1");
            }
        }
        double value = number();
        if (value != Math.rint(value) || Math.abs(value) > 0x1p53) {
            throw wrong("must be an integer");
        }
        return (long) value;
    }

    /** Returns an integer that counts pixels. */
    int pixels() throws IOException {
        long value = integer();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong("must lie in 0 .. 2^31 - 1, got " + value);
        }
        return (int) value;
    }

    /** Returns COCO's iscrowd: 0 or 1, or a JSON boolean. */
    boolean flag() throws IOException {
        if (token() == JsonToken.VALUE_TRUE || token() == JsonToken.VALUE_FALSE) {
            return token() == JsonToken.VALUE_TRUE;
        }
        return integer() != 0;
    }

    /** Returns an image id; texts are looked up. */
    long imageId(ImageNames names) throws IOException {
        if (token() == JsonToken.VALUE_STRING) {
            Long id = names.idOf(parser.getText());
            if (id == null) {
                throw wrong("is \"" + parser.getText() + "\", which no image of the ground truth has");
            }
            return id;
        }
        return integer();
    }

    /** A map from the texts of image ids to numbers. */
    interface ImageNames {

        /** Returns the number, or null if there is no such image. */
        @Nullable
        Long idOf(String name);

        static ImageNames of(Map<String, Long> ids) {
            return ids::get;
        }
    }

    /** Returns the box of four numbers x, y, width, height; null for an empty list or null. */
    @Nullable
    Box box() throws IOException {
        if (token() == JsonToken.VALUE_NULL) {
            return null;
        }
        double[] values = numbers();
        if (values.length == 0) {
            return null;
        }
        if (values.length != 4) {
            throw wrong("must hold 4 numbers x, y, width, height; it holds " + values.length);
        }
        try {
            return new Box(values[0], values[1], values[2], values[3]);
        } catch (IllegalArgumentException e) {
            throw wrong("is no box: " + e.getMessage());
        }
    }

    /** Returns a list of numbers. */
    double[] numbers() throws IOException {
        if (token() != JsonToken.START_ARRAY) {
            throw wrong("must be a list of numbers");
        }
        double[] values = new double[8];
        int count = 0;
        while (next() != JsonToken.END_ARRAY) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = number();
        }
        return Arrays.copyOf(values, count);
    }

    /** Returns a list of integers. */
    List<Long> integers() throws IOException {
        if (token() != JsonToken.START_ARRAY) {
            throw wrong("must be a list of integers");
        }
        List<Long> values = new ArrayList<>();
        while (next() != JsonToken.END_ARRAY) {
            values.add(integer());
        }
        return values;
    }

    /** Returns LVIS's letter for the frequency of a category. */
    Frequency frequency() throws IOException {
        Frequency frequency = Frequency.of(text());
        if (frequency == null) {
            throw wrong("must be r, c or f, got \"" + text() + "\"");
        }
        return frequency;
    }

    /** Returns the value of a field, which must not be missing. */
    <T> T required(@Nullable T value, String name) {
        if (value == null) {
            field = "";
            throw wrong("has no " + name);
        }
        return value;
    }

    /** Returns the error "file: section[entry].field complaint". */
    UnreadableDatasetException wrong(String complaint) {
        String location = entry < 0 ? section : section + "[" + entry + "]";
        String full = field.isEmpty() ? location : location.isEmpty() ? field : location + "." + field;
        return new UnreadableDatasetException(source + ": " + (full.isEmpty() ? "the file" : full) + " " + complaint);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
