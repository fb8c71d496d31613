package dev.mnc.jobs.corpus;

import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;

import dev.mnc.jobs.parquet.ResultTable.Column;
import dev.mnc.jobs.parquet.RowWriter;
import dev.mnc.jobs.parquet.Rows;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file with a row for each of some images, in their order. Its columns are the fields of {@link ImageRef}; of a part
 * of an object there is either an {@code offset}, or a {@code column} and a {@code row}.
 */
public final class ImageFile {

    private static final Column[] COLUMNS = {
        text("uri"),
        text("file_name"),
        whole("image_id"),
        whole("size_bytes"),
        text("etag"),
        whole("offset"),
        text("column"),
        whole("row")
    };

    private ImageFile() {}

    /**
     * Writes a file.
     *
     * @param most rows; images beyond are left to the next file
     * @return the number of rows
     */
    public static long write(String uri, Iterator<ImageRef> images, long most, Configuration configuration)
            throws IOException {
        long count = 0;
        try (OutputStream out = Store.replace(uri, configuration);
                RowWriter rows = new RowWriter(out, COLUMNS)) {
            for (; images.hasNext() && count < most; count++) {
                ImageRef image = images.next();
                ImageRef.Range range = image.part() instanceof ImageRef.Range part ? part : null;
                ImageRef.Cell cell = image.part() instanceof ImageRef.Cell part ? part : null;
                rows.write(
                        image.uri(),
                        image.fileName(),
                        image.imageId(),
                        image.sizeBytes(),
                        image.etag(),
                        range == null ? null : range.offset(),
                        cell == null ? null : cell.column(),
                        cell == null ? null : cell.row());
            }
        }
        return count;
    }

    /**
     * Returns the images of a file. The iterator throws an {@link java.io.UncheckedIOException} where it cannot be read, and so
     * does this method.
     */
    public static Iterator<ImageRef> read(String uri, Configuration configuration) {
        return Rows.of(
                uri,
                configuration,
                row -> new ImageRef(
                        row.whole("image_id"),
                        row.text("uri"),
                        row.text("file_name"),
                        row.whole("size_bytes"),
                        row.textOrNull("etag"),
                        part(row.wholeOrNull("offset"), row.textOrNull("column"), row.wholeOrNull("row"))));
    }

    /**
     * Returns the part of an object that columns name, null for all of it.
     *
     * @param offset of a range, or null
     * @param column of a cell, or null
     * @param row of a cell, or null
     */
    public static ImageRef.@Nullable Part part(@Nullable Long offset, @Nullable String column, @Nullable Long row) {
        if (offset != null) {
            return new ImageRef.Range(offset);
        }
        return column == null || row == null ? null : new ImageRef.Cell(column, row);
    }
}
