package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.executor.Device;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.jobs.host.ImageReader;
import dev.mnc.jobs.host.ModelHost;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.jobs.table.PartFile;
import dev.mnc.jobs.table.TablePart;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.executor.CommitDeniedException;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The function of a labelling task: passes the partition's images to the executor's model host and writes the rows of
 * their outcomes.
 *
 * @param run the run's id
 * @param wave its number
 * @param source of the executor's model
 * @param settings of the executor's host
 * @param instances the part for instances
 * @param images the part for images
 * @param destinations of this wave of both parts, in that order
 */
record LabelPartition(
        String run,
        int wave,
        PredictorSource source,
        HostSettings settings,
        TablePart instances,
        TablePart images,
        List<TablePart.Destination> destinations)
        implements FlatMapFunction<Iterator<PackedImages>, LabelPartition.Result> {

    /**
     * The result of a task.
     *
     * @param totals of the task's images
     * @param instances the file of instances that it wrote
     * @param images the file of images that it wrote
     * @param report on the executor's device
     * @param device of the executor
     */
    record Result(RunTotals totals, DataFile instances, DataFile images, HostReport report, Device device)
            implements Serializable {}

    @Override
    public Iterator<Result> call(Iterator<PackedImages> partition) throws Exception {
        PackedImages work = partition.next(); // a wave is handed out one list a task
        TaskContext task = TaskContext.get();
        try (PartitionAttempt attempt = new PartitionAttempt(run, wave + "/" + task.partitionId(), task)) {
            try {
                return List.of(label(attempt, work, task)).iterator();
            } catch (Throwable e) {
                attempt.failed(e);
                throw e;
            }
        }
    }

    private Result label(PartitionAttempt attempt, PackedImages work, TaskContext task)
            throws IOException, CommitDeniedException {
        ModelHost host = HostRegistry.jvm().host(source, settings);
        try (ImageReader reader =
                        new StoredImages(images.configuration().value().value());
                PartitionAttempt.Outcomes outcomes = attempt.label(host, work, reader)) {
            List<PartFile> files = new ArrayList<>();
            try {
                files.add(new PartFile(instances, destinations.get(0), task));
                files.add(new PartFile(images, destinations.get(1), task));
                RunTotals totals = write(outcomes, files.get(0), files.get(1));
                commit(task, files);
                return new Result(
                        totals,
                        files.get(0).written(),
                        files.get(1).written(),
                        host.report(SparkEnv.get().executorId()),
                        HostRegistry.jvm().device().device());
            } catch (Exception | Error e) {
                abort(e, files);
                throw e;
            }
        }
    }

    private static RunTotals write(Iterator<ImageOutcome> outcomes, PartFile instances, PartFile images)
            throws IOException {
        RunTotals totals = new RunTotals();
        while (outcomes.hasNext()) {
            ImageOutcome outcome = outcomes.next();
            for (InternalRow row : LabelColumns.instanceRows(outcome)) {
                instances.write(row);
            }
            images.write(LabelColumns.imageRow(outcome));
            totals.add(outcome);
        }
        instances.close();
        images.close();
        return totals;
    }

    /** Commits the files if the driver permits it, which it does for one of several attempts at a partition. */
    private static void commit(TaskContext task, List<PartFile> files) throws IOException, CommitDeniedException {
        boolean permitted = SparkEnv.get()
                .outputCommitCoordinator()
                .canCommit(task.stageId(), task.stageAttemptNumber(), task.partitionId(), task.attemptNumber());
        if (!permitted) {
            throw new CommitDeniedException(
                    "another attempt at this partition was committed",
                    task.stageId(),
                    task.partitionId(),
                    task.attemptNumber());
        }
        for (PartFile file : files) {
            file.commit();
        }
    }

    /**
     * Drops the files. Spark interrupts a task that it cancels, more than once where another attempt has won and its job
     * ends, and stores such as HDFS and S3 refuse every call of an interrupted thread. So a thread of its own does it.
     */
    private static void abort(Throwable cause, List<PartFile> files) {
        FutureTask<?> work = new FutureTask<>(() -> files.forEach(file -> abort(cause, file)), null);
        new Thread(work, "mnc-abort").start();
        boolean interrupted = false;
        while (!work.isDone()) {
            try {
                work.get();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                cause.addSuppressed(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void abort(Throwable cause, PartFile file) {
        try {
            file.abort();
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
