package dev.mnc.jobs.table;

import dev.mnc.jobs.parquet.DigestedFile;
import dev.mnc.jobs.table.TablePart.Destination;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;

/** The file of one part that a task writes. It is in the table once the task and then the wave are committed. */
public final class PartFile {

    private final TaskAttemptContext context;
    private final PathOutputCommitter committer;
    private final DigestedFile file;
    private final ParquetWriter<InternalRow> writer;
    private final String name;
    private long rows;
    private boolean open = true;

    public PartFile(TablePart part, Destination destination, TaskContext task) throws IOException {
        this.context = PartCommit.attempt(part, destination, task.partitionId(), task.attemptNumber());
        this.committer = PathOutputCommitterFactory.createCommitter(destination.path(), context);
        committer.setupTask(context);
        this.name = PartCommit.fileName(destination, task.partitionId());
        Configuration configuration = context.getConfiguration();
        this.file = new DigestedFile(HadoopOutputFile.fromPath(new Path(committer.getWorkPath(), name), configuration));
        this.writer = new Builder(file, configuration).build();
    }

    /** A writer of rows in Spark's form. */
    private static final class Builder extends ParquetWriter.Builder<InternalRow, Builder> {

        Builder(DigestedFile file, Configuration configuration) {
            super(file);
            withConf(configuration);
            withCompressionCodec(CompressionCodecName.ZSTD);
            withRowGroupSize(ParquetOutputFormat.getLongBlockSize(configuration));
            withPageSize(ParquetOutputFormat.getPageSize(configuration));
            LabelColumns.WITHOUT_REPEATS.forEach(column -> withDictionaryEncoding(column, false));
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same
        protected WriteSupport<InternalRow> getWriteSupport(Configuration configuration) {
            return new ParquetWriteSupport();
        }
    }

    public void write(InternalRow row) throws IOException {
        writer.write(row);
        rows++;
    }

    /** Completes the file. */
    public void close() throws IOException {
        open = false;
        writer.close();
    }

    public void commit() throws IOException {
        if (committer.needsTaskCommit(context)) {
            committer.commitTask(context);
        }
    }

    /** Drops the file. It is closed first, since an open writer holds on to buffers and an upload. */
    public void abort() throws IOException {
        try {
            if (open) {
                close();
            }
        } finally {
            committer.abortTask(context);
        }
    }

    /** Returns the complete file: its name in place of a path, length, rows and digest. */
    public DataFile written() {
        return new DataFile(name, file.length(), rows, file.sha256());
    }
}
