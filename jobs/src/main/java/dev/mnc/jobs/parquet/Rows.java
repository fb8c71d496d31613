package dev.mnc.jobs.parquet;

import dev.mnc.jobs.store.LoadedFile;
import dev.mnc.jobs.store.StoredInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file that {@link RowWriter} wrote, one by one.
 *
 * @param <T> what is made of a row
 */
public final class Rows<T> implements Iterator<T> {

    private final String uri;
    private final ParquetReader<Group> reader;
    private final Function<Row, T> made;
    private @Nullable Group next;

    private Rows(String uri, ParquetReader<Group> reader, Function<Row, T> made) throws IOException {
        this.uri = uri;
        this.reader = reader;
        this.made = made;
        this.next = reader.read();
    }

    /** The values of a row by the names of their columns. */
    public record Row(Group group) {

        /** Returns a whole number that is there. */
        public long whole(String column) {
            return group.getLong(column, 0);
        }

        /** Returns a whole number, null if it is missing. */
        public @Nullable Long wholeOrNull(String column) {
            return group.getFieldRepetitionCount(column) == 0 ? null : Long.valueOf(whole(column));
        }

        /** Returns a text that is there. */
        public String text(String column) {
            return group.getString(column, 0);
        }

        /** Returns a text, null if it is missing. */
        public @Nullable String textOrNull(String column) {
            return group.getFieldRepetitionCount(column) == 0 ? null : text(column);
        }
    }

    /**
     * Opens a file.
     *
     * @param made makes something of a row
     * @throws UncheckedIOException if the file cannot be read, or is no Parquet file; also later
     */
    public static <T> Iterator<T> of(String uri, Configuration configuration, Function<Row, T> made) {
        try {
            return of(
                    new StoredInput(uri, StoredInput.status(uri, configuration).size(), configuration),
                    uri,
                    configuration,
                    made);
        } catch (IOException e) {
            throw damaged(uri, e);
        }
    }

    /**
     * Opens a file that was loaded.
     *
     * @param made makes something of a row
     * @throws UncheckedIOException if it is no Parquet file; also later
     */
    public static <T> Iterator<T> of(LoadedFile file, Configuration configuration, Function<Row, T> made) {
        return of(file, file.toString(), configuration, made);
    }

    private static <T> Iterator<T> of(InputFile file, String uri, Configuration configuration, Function<Row, T> made) {
        try {
            ParquetReader<Group> reader =
                    new ParquetReader.Builder<Group>(file, new HadoopParquetConfiguration(configuration)) {
                        @Override
                        protected ReadSupport<Group> getReadSupport() {
                            return new GroupReadSupport();
                        }
                    }.usePageChecksumVerification(true).build();
            return new Rows<>(uri, reader, made);
        } catch (IOException | RuntimeException e) {
            throw damaged(uri, e);
        }
    }

    private static UncheckedIOException damaged(String uri, Exception e) {
        return new UncheckedIOException(
                new IOException("cannot read " + uri + ": " + (e.getMessage() == null ? e : e.getMessage()), e));
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public T next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        try {
            T row = made.apply(new Row(next));
            next = reader.read();
            if (next == null) {
                reader.close();
            }
            return row;
        } catch (IOException | RuntimeException e) {
            throw damaged(uri, e);
        }
    }
}
