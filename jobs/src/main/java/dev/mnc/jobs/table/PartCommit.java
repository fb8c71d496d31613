package dev.mnc.jobs.table;

import dev.mnc.jobs.table.TablePart.Destination;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.JobStatus;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.JobContextImpl;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;

/**
 * The commit of one part of one wave, which the driver does: until then the files of the tasks are incomplete or
 * hidden. The store's own committer does it; on S3 that is the magic one.
 */
public final class PartCommit {

    private final JobContext job;
    private final PathOutputCommitter committer;

    /** Sets up the writing of a wave, before its tasks start. */
    public PartCommit(TablePart part, Destination destination) throws IOException {
        TaskAttemptContext driver = attempt(part, destination, 0, 0);
        this.job = new JobContextImpl(driver.getConfiguration(), driver.getJobID());
        this.committer = PathOutputCommitterFactory.createCommitter(destination.path(), driver);
        committer.setupJob(job);
    }

    public void commit() throws IOException {
        committer.commitJob(job);
    }

    public void abort() throws IOException {
        committer.abortJob(job, JobStatus.State.FAILED);
    }

    /** Returns a task attempt as Hadoop's committers know it. */
    static TaskAttemptContext attempt(TablePart part, Destination destination, int partition, int attempt) {
        JobID job = new JobID(destination.job().toString().replace("-", ""), 0);
        TaskAttemptID id = new TaskAttemptID(job.getJtIdentifier(), job.getId(), TaskType.MAP, partition, attempt);
        Configuration configuration =
                new Configuration(part.configuration().value().value());
        configuration.set("mapreduce.job.id", job.toString());
        configuration.set("mapreduce.task.id", id.getTaskID().toString());
        configuration.set("mapreduce.task.attempt.id", id.toString());
        configuration.setBoolean("mapreduce.task.ismap", true);
        configuration.setInt("mapreduce.task.partition", partition);
        configuration.set(
                "mapreduce.output.fileoutputformat.outputdir",
                destination.path().toString());
        // The committers of S3A tell jobs that write at once apart by this setting.
        configuration.set("spark.sql.sources.writeJobUUID", destination.job().toString());
        return new TaskAttemptContextImpl(configuration, id);
    }

    static String fileName(Destination destination, int partition) {
        return String.format(Locale.ROOT, "part-%05d-%s.zstd.parquet", partition, destination.job());
    }
}
