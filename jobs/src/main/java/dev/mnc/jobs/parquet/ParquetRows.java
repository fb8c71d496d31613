package dev.mnc.jobs.parquet;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.parquet.ResultTable.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Hands columns to Parquet's writer, row by row. Not compressed, without bounds of the values, and set up without Hadoop's
 * configuration: tables of a few megabytes gain nothing by them that would make up for the time. Dictionaries stay: without
 * them for numbers the largest table takes a tenth of a CPU second less, but five times the room.
 */
final class ParquetRows extends WriteSupport<Integer> {

    private final List<ColumnValues> columns;
    private final List<List<Binary>> texts;
    private @Nullable RecordConsumer consumer;

    private ParquetRows(List<ColumnValues> columns) {
        this.columns = columns;
        this.texts = columns.stream()
                .map(column -> column.texts().stream().map(Binary::fromString).toList())
                .toList();
    }

    static void write(int rows, List<ColumnValues> columns, OutputStream out) throws IOException {
        try (ParquetWriter<Integer> writer = new Builder(new StreamOutputFile(out), columns).build()) {
            for (int row = 0; row < rows; row++) {
                writer.write(row);
            }
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Integer, Builder> {

        private final List<ColumnValues> columns;

        Builder(StreamOutputFile file, List<ColumnValues> columns) {
            super(file);
            this.columns = columns;
            withConf(new PlainParquetConfiguration());
            withStatisticsEnabled(false);
            withSizeStatisticsEnabled(false);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        protected WriteSupport<Integer> getWriteSupport(Configuration configuration) {
            return new ParquetRows(columns);
        }

        @Override
        protected WriteSupport<Integer> getWriteSupport(ParquetConfiguration configuration) {
            return new ParquetRows(columns);
        }
    }

    /** Returns the schema of rows with these columns, any of which may be missing. */
    static MessageType schema(List<Column> columns) {
        Types.MessageTypeBuilder schema = Types.buildMessage();
        for (Column column : columns) {
            switch (column.kind()) {
                case WHOLE -> schema.optional(PrimitiveTypeName.INT64).named(column.name());
                case NUMBER -> schema.optional(PrimitiveTypeName.DOUBLE).named(column.name());
                case TEXT ->
                    schema.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.name());
            }
        }
        return schema.named("result");
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    public WriteContext init(Configuration configuration) {
        return new WriteContext(
                schema(columns.stream().map(ColumnValues::column).toList()), Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(
                schema(columns.stream().map(ColumnValues::column).toList()), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer to) {
        consumer = to;
    }

    @Override
    public void write(Integer row) {
        RecordConsumer to = requireNonNull(consumer, "prepareForWrite comes first");
        to.startMessage();
        for (int i = 0; i < columns.size(); i++) {
            ColumnValues values = columns.get(i);
            if (values.isPresent(row)) {
                String name = values.column().name();
                to.startField(name, i);
                switch (values.column().kind()) {
                    case WHOLE -> to.addLong(values.whole(row));
                    case NUMBER -> to.addDouble(values.number(row));
                    case TEXT -> to.addBinary(texts.get(i).get(values.text(row)));
                }
                to.endField(name, i);
            }
        }
        to.endMessage();
    }
}
