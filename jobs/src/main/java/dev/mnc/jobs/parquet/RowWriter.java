package dev.mnc.jobs.parquet;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.parquet.ResultTable.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file written row by row, of any length, in bounded memory. Texts are written as their difference to the row
 * before, which suits sorted addresses; so no codec is needed. Not safe for use by several threads.
 */
public final class RowWriter implements AutoCloseable {

    /** Small, so that a reader that skips rows reads little of what it skips. */
    private static final long ROW_GROUP_BYTES = 4 << 20;

    private final ParquetWriter<@Nullable Object[]> writer;
    private final int columns;

    /**
     * Begins a file.
     *
     * @param out left open
     * @param columns of every row
     */
    public RowWriter(OutputStream out, Column... columns) throws IOException {
        this.columns = columns.length;
        this.writer = new Builder(new StreamOutputFile(out), new Rows(List.of(columns))).build();
    }

    /**
     * Writes a row.
     *
     * @param values in the order of the columns: {@link Long}, {@link Double}, {@link String}, or null for a missing one
     */
    public void write(@Nullable Object... values) throws IOException {
        if (values.length != columns) {
            throw new IllegalArgumentException("a row has " + columns + " values, got " + values.length);
        }
        writer.write(values);
    }

    /** Completes the file. */
    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<@Nullable Object[], Builder> {

        private final Rows rows;

        Builder(StreamOutputFile file, Rows rows) {
            super(file);
            this.rows = rows;
            withConf(new PlainParquetConfiguration());
            withWriterVersion(WriterVersion.PARQUET_2_0);
            withDictionaryEncoding(false);
            withRowGroupSize(ROW_GROUP_BYTES);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        protected WriteSupport<@Nullable Object[]> getWriteSupport(Configuration configuration) {
            return rows;
        }

        @Override
        protected WriteSupport<@Nullable Object[]> getWriteSupport(ParquetConfiguration configuration) {
            return rows;
        }
    }

    /** The form of the rows. */
    private static final class Rows extends WriteSupport<@Nullable Object[]> {

        private final List<Column> columns;
        private final MessageType schema;
        private @Nullable RecordConsumer consumer;

        Rows(List<Column> columns) {
            this.columns = columns;
            this.schema = ParquetRows.schema(columns);
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer to) {
            consumer = to;
        }

        @Override
        public void write(@Nullable Object[] row) {
            RecordConsumer to = requireNonNull(consumer, "prepareForWrite comes first");
            to.startMessage();
            for (int i = 0; i < row.length; i++) {
                Object value = row[i];
                if (value != null) {
                    to.startField(columns.get(i).name(), i);
                    switch (columns.get(i).kind()) {
                        case WHOLE -> to.addLong((Long) value);
                        case NUMBER -> to.addDouble((Double) value);
                        case TEXT -> to.addBinary(Binary.fromString((String) value));
                    }
                    to.endField(columns.get(i).name(), i);
                }
            }
            to.endMessage();
        }
    }
}
