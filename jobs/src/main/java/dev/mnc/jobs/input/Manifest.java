package dev.mnc.jobs.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import dev.mnc.jobs.cli.OperatorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists of images that somebody else made, as CSV with a header line or as JSON lines; Parquet is {@link ParquetTable}'s.
 * A row has a column {@code uri}, and may have {@code offset} and {@code length}, {@code size_bytes}, {@code etag},
 * {@code image_id} and {@code file_name}. Other columns are passed over.
 */
public final class Manifest {

    static final String URI = "uri";
    static final String OFFSET = "offset";
    static final String LENGTH = "length";
    static final String SIZE = "size_bytes";
    static final String ETAG = "etag";
    static final String ID = "image_id";
    static final String NAME = "file_name";
    static final List<String> COLUMNS = List.of(URI, OFFSET, LENGTH, SIZE, ETAG, ID, NAME);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINE = "line";
    private static final int LONGEST_FIELD = 1 << 16;

    /** How a row's columns are looked up; each text is empty or null where the row has no value. */
    interface Fields {

        @Nullable
        String text(String column);
    }

    private Manifest() {}

    /** Whether a name is a manifest's by its suffix: {@code .csv}, {@code .jsonl} or {@code .ndjson}, and with {@code .gz}. */
    public static boolean isText(String name) {
        String plain = plain(name);
        return plain.endsWith(".csv") || isJson(plain);
    }

    private static boolean isJson(String plain) {
        return plain.endsWith(".jsonl") || plain.endsWith(".ndjson");
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
    }

    /**
     * The rows one by one. The iterator throws an {@link OperatorException} that names the line where a row is bad, and an
     * {@link UncheckedIOException} where the text cannot be read.
     *
     * @param in not closed
     * @param name of the file, whose suffix tells the format
     */
    public static Iterator<ManifestRow> rows(InputStream in, String name) throws IOException {
        InputStream text = name.toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
        return isJson(plain(name)) ? new JsonRows(text, name) : new CsvRows(text, name);
    }

    /** @param unit what {@code number} counts, from 1: lines, rows */
    static ManifestRow row(Fields fields, String name, String unit, long number) {
        try {
            String uri = fields.text(URI);
            if (uri == null) {
                throw new IllegalArgumentException("uri is missing");
            }
            return new ManifestRow(
                    uri,
                    whole(fields, OFFSET),
                    whole(fields, LENGTH),
                    whole(fields, SIZE),
                    fields.text(ETAG),
                    whole(fields, ID),
                    fields.text(NAME));
        } catch (IllegalArgumentException e) {
            throw bad(name, unit, number, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Long whole(Fields fields, String column) {
        String text = fields.text(column);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(column + " is \"" + text + "\", not a whole number", e);
        }
    }

    private static OperatorException bad(String name, String unit, long number, String what) {
        return OperatorException.usage(
                String.format(Locale.ROOT, "%s %s %d: %s", name, unit, number, what), "mend the manifest");
    }

    private static final class CsvRows implements Iterator<ManifestRow> {

        private final CsvParser parser;
        private final String name;
        private final int[] columns = new int[COLUMNS.size()];
        private String @Nullable [] next;
        private long line;

        CsvRows(InputStream in, String name) {
            this.name = name;
            CsvParserSettings settings = new CsvParserSettings();
            settings.setLineSeparatorDetectionEnabled(true);
            settings.setIgnoreLeadingWhitespaces(false);
            settings.setIgnoreTrailingWhitespaces(false);
            settings.setMaxCharsPerColumn(LONGEST_FIELD);
            parser = new CsvParser(settings);
            parser.beginParsing(in, StandardCharsets.UTF_8.name());
            advance();
            List<String> header = next == null
                    ? List.of()
                    : Arrays.stream(next)
                            .map(column -> column == null ? "" : column.strip())
                            .toList();
            for (int i = 0; i < columns.length; i++) {
                columns[i] = header.indexOf(COLUMNS.get(i));
            }
            if (columns[0] < 0) {
                throw OperatorException.usage(
                        name + " has no column uri; its first line is: " + String.join(",", header),
                        "give a header line with uri, and if wanted: "
                                + String.join(", ", COLUMNS.subList(1, COLUMNS.size())));
            }
            advance();
        }

        private void advance() {
            line = parser.getContext() == null ? 1 : parser.getContext().currentLine() + 1;
            next = parser.parseNext();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public ManifestRow next() {
            String[] row = next;
            if (row == null) {
                throw new NoSuchElementException();
            }
            long at = line;
            ManifestRow made = row(column -> field(row, columns[COLUMNS.indexOf(column)]), name, LINE, at);
            advance();
            return made;
        }

        private static @Nullable String field(String[] row, int index) {
            return index < 0 || index >= row.length ? null : row[index];
        }
    }

    private static final class JsonRows implements Iterator<ManifestRow> {

        private final BufferedReader lines;
        private final String name;
        private @Nullable String next = "";
        private long line;

        JsonRows(InputStream in, String name) {
            this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
            this.name = name;
            advance();
        }

        private void advance() {
            try {
                do {
                    next = lines.readLine();
                    line++;
                } while (next != null && next.isBlank());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + name + ": " + e.getMessage(), e);
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public ManifestRow next() {
            String text = next;
            if (text == null) {
                throw new NoSuchElementException();
            }
            JsonNode object;
            try {
                object = JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw bad(name, LINE, line, "not JSON: " + e.getOriginalMessage());
            }
            if (!object.isObject()) {
                throw bad(name, LINE, line, "not a JSON object");
            }
            ManifestRow made = row(column -> field(object, column), name, LINE, line);
            advance();
            return made;
        }

        private static @Nullable String field(JsonNode object, String column) {
            JsonNode value = object.get(column);
            return value == null || value.isNull() ? null : value.isTextual() ? value.textValue() : value.toString();
        }
    }
}
