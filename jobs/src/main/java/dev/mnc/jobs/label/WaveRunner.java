package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.label.LabelPartition.Result;
import dev.mnc.jobs.label.LabelPartition.Written;
import dev.mnc.jobs.table.PartCommit;
import dev.mnc.jobs.table.RunClaim;
import dev.mnc.jobs.table.TablePart;
import dev.mnc.jobs.table.TablePart.Destination;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The waves of a plan as Spark jobs: the tasks of a wave write both parts of the table, and the driver commits them.
 * Two waves are in flight, so that no device idles while the last images of one are written and committed.
 */
final class WaveRunner implements AutoCloseable {

    private static final int IN_FLIGHT = 2;
    private static final long CANCEL_SECONDS = 30;

    private final JavaSparkContext context;
    private final PredictorSource source;
    private final LabelConfig config;
    private final RunClaim claim;
    private final LabelPlan plan;
    private final TableParts parts;
    private final HostReports reports;
    private final Progress progress;
    private boolean allEnded;
    private final ExecutorService runners = Executors.newFixedThreadPool(IN_FLIGHT, task -> thread(task, "mnc-wave"));
    private final ExecutorService committers =
            Executors.newFixedThreadPool(IN_FLIGHT, task -> thread(task, "mnc-commit"));

    WaveRunner(
            JavaSparkContext context,
            PredictorSource source,
            LabelConfig config,
            RunClaim claim,
            LabelPlan plan,
            TableParts parts) {
        this.context = context;
        this.source = source;
        this.config = config;
        this.claim = claim;
        this.plan = plan;
        this.parts = parts;
        this.reports = HostRegistry.jvm().reports(context.sc());
        this.progress = new Progress(reports, claim.runId(), plan.images());
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    Progress progress() {
        return progress;
    }

    /**
     * The result of all waves.
     *
     * @param totals of all images
     * @param files that the tasks wrote
     * @param devices the last report of each executor
     * @param hardware the device of each executor, in the order of their ids
     * @param lastTask when the last task ended
     */
    record Outcome(
            RunTotals totals,
            List<RunRecord.DataFile> files,
            List<HostReport> devices,
            List<RunRecord.Device> hardware,
            Instant lastTask) {}

    /** Runs all waves and adds up the outcomes of their images. */
    Outcome run() {
        CompletionService<Finished> waves = new ExecutorCompletionService<>(runners);
        for (int i = 0; i < plan.waves().size(); i++) {
            int number = i;
            waves.submit(() -> run(plan.waves().get(number)));
        }
        RunTotals totals = new RunTotals();
        List<RunRecord.DataFile> files = new ArrayList<>();
        Map<String, HostReport> devices = new HashMap<>();
        Map<String, RunRecord.Device> hardware = new TreeMap<>();
        Instant lastTask = Instant.MIN;
        try {
            for (int i = 0; i < plan.waves().size(); i++) {
                Finished finished = waves.take().get();
                for (Result task : finished.tasks) {
                    totals.plus(task.totals());
                    devices.merge(task.report().executor(), task.report(), HostReport::later);
                    hardware.put(task.report().executor(), recorded(task));
                }
                files.addAll(finished.files);
                lastTask = finished.ended.isAfter(lastTask) ? finished.ended : lastTask;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        } catch (ExecutionException e) {
            reports.requireModel();
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("a wave failed", e.getCause());
        }
        allEnded = true;
        return new Outcome(totals, files, List.copyOf(devices.values()), List.copyOf(hardware.values()), lastTask);
    }

    private static RunRecord.Device recorded(Result task) {
        return new RunRecord.Device(
                task.report().executor(),
                task.device().host(),
                task.device().address(),
                task.device().kind().text());
    }

    private record Finished(List<Result> tasks, Instant ended, List<RunRecord.DataFile> files) {}

    private Finished run(LabelPlan.Wave wave) throws IOException {
        reports.requireModel();
        context.setJobGroup(claim.runId(), "mnc label, wave " + wave.number(), true);
        List<Destination> destinations =
                List.of(destination(parts.instances(), wave), destination(parts.images(), wave));
        // Setting up and committing take a handful of requests one after the other, so the two parts do it at once.
        Future<PartCommit> setUp = committers.submit(() -> new PartCommit(parts.instances(), destinations.get(0)));
        PartCommit imageCommit = new PartCommit(parts.images(), destinations.get(1));
        PartCommit instanceCommit = joined(setUp);
        try {
            List<List<ImageRef>> partitions = new ArrayList<>(wave.partitions());
            List<Result> tasks = context.parallelize(partitions, partitions.size())
                    .mapPartitions(new LabelPartition(
                            claim.runId(),
                            source,
                            config.host(),
                            parts.instances(),
                            parts.images(),
                            List.copyOf(destinations)))
                    .collect();
            Instant ended = Instant.now();
            tasks.forEach(task -> reports.add(task.report()));
            Future<List<RunRecord.DataFile>> instanceFiles = committers.submit(() -> {
                instanceCommit.commit();
                return written(parts.instances(), wave, destinations.get(0), tasks, Result::instances);
            });
            imageCommit.commit();
            List<RunRecord.DataFile> files =
                    new ArrayList<>(written(parts.images(), wave, destinations.get(1), tasks, Result::images));
            files.addAll(joined(instanceFiles));
            return new Finished(tasks, ended, files);
        } catch (IOException | RuntimeException e) {
            abort(e, instanceCommit);
            abort(e, imageCommit);
            throw e;
        }
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

    private static void abort(Exception cause, PartCommit commit) {
        try {
            commit.abort();
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private Destination destination(TablePart part, LabelPlan.Wave wave) {
        return new Destination(claim.folder(part.name()) + folder(wave), UUID.randomUUID());
    }

    private static String folder(LabelPlan.Wave wave) {
        return String.format(Locale.ROOT, "/wave=%04d", wave.number());
    }

    /** Returns the files of a wave, each of which must be where its task said it wrote it. */
    private List<RunRecord.DataFile> written(
            TablePart part,
            LabelPlan.Wave wave,
            Destination destination,
            List<Result> tasks,
            Function<Result, Written> file)
            throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        for (FileStatus status :
                destination.path().getFileSystem(context.hadoopConfiguration()).listStatus(destination.path())) {
            sizes.put(status.getPath().getName(), status.getLen());
        }
        List<RunRecord.DataFile> files = new ArrayList<>();
        for (Result task : tasks) {
            Written written = file.apply(task);
            Long size = sizes.get(written.file());
            if (size == null) {
                throw new FileNotFoundException(
                        "a file of this run vanished: " + written.file() + " in " + destination.folder());
            }
            files.add(new RunRecord.DataFile(
                    part.name() + "/run=" + claim.runId() + folder(wave) + "/" + written.file(), size, written.rows()));
        }
        return files;
    }

    /** Ends what still runs; a wave that was not committed leaves nothing. */
    @Override
    public void close() {
        runners.shutdownNow();
        committers.shutdownNow();
        if (!allEnded) {
            // Interrupting a thread does not end the Spark job it waits for.
            context.cancelJobGroup(claim.runId());
        }
        try {
            if (!runners.awaitTermination(CANCEL_SECONDS, TimeUnit.SECONDS)) {
                throw new UncheckedIOException(new IOException("a wave did not end in " + CANCEL_SECONDS + " s"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.unship();
    }
}
