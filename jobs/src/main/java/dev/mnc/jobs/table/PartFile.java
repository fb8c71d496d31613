package dev.mnc.jobs.table;

import dev.mnc.jobs.table.TablePart.Destination;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;

/** The file of one part that a task writes. It is in the table once the task and then the wave are committed. */
public final class PartFile {

    private final TaskAttemptContext context;
    private final PathOutputCommitter committer;
    private final OutputWriter writer;
    private final String name;
    private long rows;
    private boolean open = true;

    public PartFile(TablePart part, Destination destination, TaskContext task) throws IOException {
        this.context = PartCommit.attempt(part, destination, task.partitionId(), task.attemptNumber());
        this.committer = PathOutputCommitterFactory.createCommitter(destination.path(), context);
        committer.setupTask(context);
        this.name = PartCommit.fileName(destination, task.partitionId());
        this.writer =
                part.writers().newInstance(new Path(committer.getWorkPath(), name).toString(), part.columns(), context);
    }

    public void write(InternalRow row) {
        writer.write(row);
        rows++;
    }

    /** Completes the file. */
    public void close() {
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

    public String name() {
        return name;
    }

    public long rows() {
        return rows;
    }
}
