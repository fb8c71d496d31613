package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.executor.Device;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.ImageOutcome;
import dev.mnc.jobs.host.ImageReader;
import dev.mnc.jobs.host.ImageStream;
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
 * @param source of the executor's model
 * @param settings of the executor's host
 * @param instances the part for instances
 * @param images the part for images
 * @param destinations of this wave of both parts, in that order
 */
record LabelPartition(
        String run,
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
        ModelHost host = HostRegistry.jvm().host(source, settings);
        TaskContext task = TaskContext.get();
        try (ImageReader reader =
                        new StoredImages(images.configuration().value().value());
                ImageStream outcomes = host.open(run, work, reader)) {
            List<PartFile> files = new ArrayList<>();
            boolean whole = false;
            try {
                files.add(new PartFile(instances, destinations.get(0), task));
                files.add(new PartFile(images, destinations.get(1), task));
                RunTotals totals = write(outcomes, files.get(0), files.get(1));
                commit(task, files);
                whole = true;
                return List.of(new Result(
                                totals,
                                files.get(0).written(),
                                files.get(1).written(),
                                host.report(SparkEnv.get().executorId()),
                                HostRegistry.jvm().device().device()))
                        .iterator();
            } finally {
                if (!whole) { // whatever was thrown: Hadoop's FSError is an Error
                    files.forEach(LabelPartition::abort);
                }
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

    private static void abort(PartFile file) {
        try {
            file.abort();
        } catch (IOException | RuntimeException | Error e) {
            // The failure before it says what is wrong; what is left is hidden, and removed by mnc gc.
        }
    }
}
