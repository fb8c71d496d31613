package dev.mnc.jobs.corpus;

import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.corpus.formats.TextRows;
import dev.mnc.jobs.corpus.formats.TextRows.Fields;
import dev.mnc.jobs.corpus.formats.TextRows.TextRow;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of images that the user brings, as CSV with a header line, as JSON lines, or as Parquet ({@link
 * ParquetTable}). A row has a column {@code uri}, and may have {@code offset} and {@code length}, {@code size_bytes},
 * {@code etag}, {@code image_id} and {@code file_name}. Other columns are ignored.
 */
public final class Manifest {

    private static final String URI = "uri";
    private static final String OFFSET = "offset";
    private static final String LENGTH = "length";
    private static final String SIZE = "size_bytes";
    private static final String ETAG = "etag";
    private static final String ID = "image_id";
    private static final String NAME = "file_name";
    private static final List<String> COLUMNS = List.of(URI, OFFSET, LENGTH, SIZE, ETAG, ID, NAME);

    private static final String REMEDY = "fix the manifest";

    private Manifest() {}

    /** Returns whether a name has the suffix of a text manifest, see {@link TextRows#isText}. */
    public static boolean isText(String name) {
        return TextRows.isText(name);
    }

    /**
     * Returns the rows one by one. The iterator throws an {@link OperatorException} that names the line where a row is
     * bad, and an {@link UncheckedIOException} where the text cannot be read.
     *
     * @param in not closed
     * @param name of the file; the suffix tells the format
     */
    public static Iterator<ManifestRow> rows(InputStream in, String name) throws IOException {
        Iterator<TextRow> rows = TextRows.of(in, name, header -> requireUri(header, name), REMEDY);
        return parsed(rows, name);
    }

    private static Iterator<ManifestRow> parsed(Iterator<TextRow> rows, String name) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public ManifestRow next() {
                return row(rows.next(), name);
            }
        };
    }

    /** Returns whether a Parquet file is a manifest, that is, has a column of texts named {@code uri}. */
    public static boolean isManifest(ParquetTable table) {
        return table.hasText(URI);
    }

    /**
     * Returns the rows of a Parquet file one by one. The iterator throws an {@link OperatorException} that names the
     * row where one is bad, and an {@link UncheckedIOException} where the file cannot be read.
     *
     * @param table a manifest, see {@link #isManifest}
     */
    public static Iterator<ManifestRow> rows(ParquetTable table) throws IOException {
        return parsed(table.rows(COLUMNS.stream().filter(table::has).toList()), table.uri());
    }

    private static void requireUri(List<String> header, String name) {
        if (!header.contains(URI)) {
            throw OperatorException.usage(
                    name + " has no column uri; its first line is: " + String.join(",", header),
                    "give a header line with uri, and if wanted: "
                            + String.join(", ", COLUMNS.subList(1, COLUMNS.size())));
        }
    }

    private static ManifestRow row(TextRow row, String name) {
        Fields fields = row.fields();
        try {
            String uri = fields.text(URI);
            if (uri == null) {
                throw new IllegalArgumentException("uri is missing");
            }
            requireAddress(uri);
            return new ManifestRow(
                    uri,
                    whole(fields, OFFSET),
                    whole(fields, LENGTH),
                    whole(fields, SIZE),
                    fields.text(ETAG),
                    whole(fields, ID),
                    fields.text(NAME));
        } catch (IllegalArgumentException e) {
            throw row.bad(name, String.valueOf(e.getMessage()), REMEDY);
        }
    }

    /** Checks that a uri can be the address of a file or object at all. */
    private static void requireAddress(String uri) {
        if (!Store.isLocal(uri)) {
            int slash = uri.indexOf('/', uri.indexOf("://") + 3);
            if (slash < 0 || slash == uri.length() - 1) {
                throw new IllegalArgumentException("uri is \"" + uri + "\", which names no object");
            }
            return;
        }
        try {
            Path unused = Store.local(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("uri is \"" + uri + "\", which is no path: " + e.getMessage(), e);
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
}
