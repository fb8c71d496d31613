package dev.mnc.jobs.parquet;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file of the rows of others that have the same columns, in their order. Rows are written anew: files that are put
 * together as they are would keep their small row groups. For one thread.
 */
public final class CopiedRows implements AutoCloseable {

    private final DigestedFile file;
    private final MessageType columns;
    private final Configuration configuration;
    private final ParquetWriter<Group> writer;
    private long rows;

    /**
     * Begins a file.
     *
     * @param out left open
     * @param like a file with the columns, and with the notes that its writer added for readers
     * @param withoutDictionary columns whose values hardly occur twice
     * @param rowGroupBytes which bounds the memory: nothing of a row group is written before it is full
     */
    public CopiedRows(
            OutputStream out,
            InputFile like,
            List<String> withoutDictionary,
            long rowGroupBytes,
            Configuration configuration)
            throws IOException {
        this.file = new DigestedFile(new StreamOutputFile(out));
        this.configuration = configuration;
        FileMetaData metadata = metadata(like);
        this.columns = metadata.getSchema();
        this.writer = new Builder(file, new Copy(columns, metadata.getKeyValueMetaData()), configuration)
                .without(withoutDictionary)
                .withRowGroupSize(rowGroupBytes)
                .build();
    }

    private FileMetaData metadata(InputFile source) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                source, HadoopReadOptions.builder(configuration).build())) {
            return reader.getFileMetaData();
        }
    }

    /** Returns whether a file has the columns of this one. */
    public boolean fits(InputFile source) throws IOException {
        return metadata(source).getSchema().equals(columns);
    }

    /**
     * Adds all rows of a file that {@link #fits}.
     *
     * @throws IOException if a page of it is damaged
     */
    public void add(InputFile source) throws IOException {
        try (ParquetReader<Group> reader =
                new ParquetReader.Builder<Group>(source, new HadoopParquetConfiguration(configuration)) {
                    @Override
                    protected ReadSupport<Group> getReadSupport() {
                        return new GroupReadSupport();
                    }
                }.usePageChecksumVerification(true).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                writer.write(row);
                rows++;
            }
        }
    }

    /** Returns the number of rows so far. */
    public long rows() {
        return rows;
    }

    /** Returns the number of bytes written; those of the last rows follow when the file is closed. */
    public long bytes() {
        return file.length();
    }

    /** Returns the digest of the complete file, hex; to be called once, after it was closed. */
    public String sha256() {
        return file.sha256();
    }

    /** Completes the file. */
    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<Group, Builder> {

        private final Copy copy;

        Builder(DigestedFile file, Copy copy, Configuration configuration) {
            super(file);
            this.copy = copy;
            withConf(configuration);
            withCompressionCodec(CompressionCodecName.ZSTD);
            withPageSize(ParquetOutputFormat.getPageSize(configuration));
        }

        Builder without(List<String> dictionaries) {
            dictionaries.forEach(column -> withDictionaryEncoding(column, false));
            return this;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        protected WriteSupport<Group> getWriteSupport(Configuration configuration) {
            return copy;
        }

        @Override
        protected WriteSupport<Group> getWriteSupport(ParquetConfiguration configuration) {
            return copy;
        }
    }

    /** The form of the rows, which is that of the files they come from. */
    private static final class Copy extends WriteSupport<Group> {

        private final MessageType columns;
        private final Map<String, String> notes;
        private @Nullable GroupWriter to;

        Copy(MessageType columns, Map<String, String> notes) {
            this.columns = columns;
            this.notes = notes;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        public WriteContext init(Configuration configuration) {
            return new WriteContext(columns, notes);
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(columns, notes);
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            to = new GroupWriter(consumer, columns);
        }

        @Override
        public void write(Group row) {
            requireNonNull(to, "prepareForWrite comes first").write(row);
        }
    }
}
