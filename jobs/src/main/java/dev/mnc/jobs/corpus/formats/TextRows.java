package dev.mnc.jobs.corpus.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import dev.mnc.jobs.failure.OperatorException;
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
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A table in a text file, as CSV with a header line or as JSON lines; {@link ParquetTable} does the same for Parquet.
 */
public final class TextRows {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINE = "line";
    private static final int LONGEST_FIELD = 1 << 16;

    private TextRows() {}

    /** The values of a row by column; a value is empty or null where the row has none. */
    public interface Fields {

        @Nullable
        String text(String column);
    }

    /**
     * A row of the table.
     *
     * @param fields values by column
     * @param unit what {@code number} counts, from 1: lines, rows
     */
    public record TextRow(Fields fields, String unit, long number) {

        /** Returns the error for a bad row. */
        public OperatorException bad(String name, String what, String remedy) {
            return OperatorException.usage(
                    String.format(Locale.ROOT, "%s %s %d: %s", name, unit, number, what), remedy);
        }
    }

    /** Returns whether a name ends in {@code .csv}, {@code .jsonl} or {@code .ndjson}, or in these and {@code .gz}. */
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
     * Returns the rows one by one. The iterator throws an {@link OperatorException} that names the line where a row is
     * bad, and an {@link UncheckedIOException} where the text cannot be read.
     *
     * @param in not closed
     * @param name of the file; the suffix tells the format
     * @param header receives the columns of a CSV, which it may refuse; JSON lines have no header
     * @param remedy for a bad row, for messages
     */
    public static Iterator<TextRow> of(InputStream in, String name, Consumer<List<String>> header, String remedy)
            throws IOException {
        InputStream text = name.toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
        return isJson(plain(name)) ? new JsonRows(text, name, remedy) : new CsvRows(text, header);
    }

    private static final class CsvRows implements Iterator<TextRow> {

        private final CsvParser parser;
        private final List<String> columns;
        private String @Nullable [] next;
        private long line;

        CsvRows(InputStream in, Consumer<List<String>> header) {
            CsvParserSettings settings = new CsvParserSettings();
            settings.setLineSeparatorDetectionEnabled(true);
            settings.setIgnoreLeadingWhitespaces(false);
            settings.setIgnoreTrailingWhitespaces(false);
            settings.setMaxCharsPerColumn(LONGEST_FIELD);
            parser = new CsvParser(settings);
            parser.beginParsing(in, StandardCharsets.UTF_8.name());
            advance();
            columns = next == null
                    ? List.of()
                    : Arrays.stream(next)
                            .map(column -> column == null ? "" : column.strip())
                            .toList();
            header.accept(columns);
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
        public TextRow next() {
            String[] row = next;
            if (row == null) {
                throw new NoSuchElementException();
            }
            TextRow made = new TextRow(column -> field(row, columns.indexOf(column)), LINE, line);
            advance();
            return made;
        }

        private static @Nullable String field(String[] row, int index) {
            return index < 0 || index >= row.length ? null : row[index];
        }
    }

    private static final class JsonRows implements Iterator<TextRow> {

        private final BufferedReader lines;
        private final String name;
        private final String remedy;
        private @Nullable String next = "";
        private long line;

        JsonRows(InputStream in, String name, String remedy) {
            this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
            this.name = name;
            this.remedy = remedy;
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
        public TextRow next() {
            String text = next;
            if (text == null) {
                throw new NoSuchElementException();
            }
            JsonNode object;
            try {
                object = JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw bad("not JSON: " + e.getOriginalMessage());
            }
            if (!object.isObject()) {
                throw bad("not a JSON object");
            }
            TextRow made = new TextRow(column -> field(object, column), LINE, line);
            advance();
            return made;
        }

        private OperatorException bad(String what) {
            return new TextRow(column -> null, LINE, line).bad(name, what, remedy);
        }

        private static @Nullable String field(JsonNode object, String column) {
            JsonNode value = object.get(column);
            return value == null || value.isNull() ? null : value.isTextual() ? value.textValue() : value.toString();
        }
    }
}
