package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.label.LabelPartition.Result;
import dev.mnc.jobs.label.WaveQueue.Wave;
import dev.mnc.jobs.runs.RunFolder;
import dev.mnc.jobs.table.PartCommit;
import dev.mnc.jobs.table.TablePart;
import dev.mnc.jobs.table.TablePart.Destination;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The labelling of one wave as a Spark job, whose tasks write both parts of the table; then the driver lets the store's
 * committer make the files whole. Where anything fails, what was written is dropped.
 *
 * @param group of Spark jobs, by which they are cancelled
 * @param committers threads for two parts at once: setting up and committing take a handful of requests one after the other
 */
record WaveJob(
        JavaSparkContext context,
        PredictorSource source,
        LabelConfig config,
        RunFolder folder,
        String group,
        TableParts parts,
        ExecutorService committers) {

    /**
     * A wave whose files are whole.
     *
     * @param tasks what its tasks tell
     * @param ended when the last of them ended
     * @param files by path below the table
     */
    record Finished(List<Result> tasks, Instant ended, List<DataFile> files) {}

    /** Labels a wave. */
    Finished run(Wave wave) throws IOException {
        context.setJobGroup(group, "mnc label, wave " + wave.number(), true);
        Half instances = new Half(parts.instances(), wave);
        Half images = new Half(parts.images(), wave);
        boolean whole = false;
        try {
            Future<?> setUp = committers.submit(instances::setUp);
            images.setUp();
            joined(setUp);
            List<Result> tasks = label(wave, List.of(instances.destination, images.destination));
            Instant ended = Instant.now();
            Future<List<DataFile>> instanceFiles = committers.submit(() -> instances.commit(tasks, Result::instances));
            List<DataFile> files = new ArrayList<>(images.commit(tasks, Result::images));
            files.addAll(joined(instanceFiles));
            whole = true;
            return new Finished(tasks, ended, files);
        } finally {
            if (!whole) { // whatever was thrown: Scala throws what Java's compiler does not see
                instances.abort();
                images.abort();
            }
        }
    }

    private List<Result> label(Wave wave, List<Destination> destinations) {
        List<PackedImages> partitions = new ArrayList<>(wave.partitions());
        return context.parallelize(partitions, partitions.size())
                .mapPartitions(new LabelPartition(
                        folder.runId(),
                        wave.number(),
                        source,
                        config.host(),
                        parts.instances(),
                        parts.images(),
                        destinations))
                .collect();
    }

    private static <T> T joined(Future<T> half) throws IOException {
        try {
            return half.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("cannot write a wave", e.getCause());
        }
    }

    /** One part of the table. */
    private final class Half {

        private final TablePart part;
        private final String path;
        private final Destination destination;
        private volatile boolean open;
        private PartCommit commit;

        @SuppressWarnings("NullAway.Init") // set before the tasks start
        Half(TablePart part, Wave wave) {
            this.part = part;
            // A wave that is tried again must not meet what a task of the first try may still write.
            UUID job = UUID.randomUUID();
            this.path = folder.dataPath(part.name())
                    + String.format(Locale.ROOT, "/wave=%04d-%08x", wave.number(), job.getMostSignificantBits() >>> 32);
            this.destination = new Destination(folder.table() + "/" + path, job);
        }

        boolean setUp() throws IOException {
            commit = new PartCommit(part, destination);
            open = true;
            return true;
        }

        /** Commits the files, each of which must be where its task said it wrote it. */
        List<DataFile> commit(List<Result> tasks, Function<Result, DataFile> file) throws IOException {
            commit.commit();
            open = false;
            Map<String, Long> sizes = new HashMap<>();
            for (FileStatus status : destination
                    .path()
                    .getFileSystem(context.hadoopConfiguration())
                    .listStatus(destination.path())) {
                sizes.put(status.getPath().getName(), status.getLen());
            }
            List<DataFile> files = new ArrayList<>();
            for (Result task : tasks) {
                DataFile written = file.apply(task);
                Long size = sizes.get(written.path());
                if (size == null || size != written.bytes()) {
                    throw new IOException("a file of this run "
                            + (size == null
                                    ? "vanished: "
                                    : "has " + size + " bytes where " + written.bytes() + " were written: ")
                            + written.path() + " in " + destination.folder());
                }
                files.add(new DataFile(path + "/" + written.path(), size, written.rows(), written.sha256()));
            }
            return files;
        }

        void abort() {
            if (open) {
                try {
                    commit.abort();
                } catch (IOException | RuntimeException e) {
                    // What is left is in no commit, so nobody reads it; the failure before it says what is wrong.
                }
            }
        }
    }
}
