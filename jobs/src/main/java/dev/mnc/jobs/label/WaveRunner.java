package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.executor.ExpectedExecutors;
import dev.mnc.jobs.failure.EnvironmentFailure;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.label.LabelPartition.Result;
import dev.mnc.jobs.label.WaveQueue.Wave;
import dev.mnc.jobs.runs.PlannedImages;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The waves of a run, two of them in flight, so that no device idles while the last images of one are written and committed.
 * A wave that fails is tried once more; if it fails again, the run stops with what is committed.
 */
final class WaveRunner implements AutoCloseable {

    private static final int IN_FLIGHT = 2;
    private static final int TRIES = 2;
    private static final long CANCEL_SECONDS = 30;
    private static final long STOP_SECONDS = 20;

    private final JavaSparkContext context;
    private final RunClaim claim;
    private final TableParts parts;
    private final Console console;
    private final HostReports reports;
    private final TaskFailures failures;
    private final WaveQueue queue;
    private final WaveJob job;
    private final PaceMeter pace;
    private final Progress progress;
    private final Map<String, HostReport> devices = new HashMap<>();
    private final ExecutorService runners = Executors.newFixedThreadPool(IN_FLIGHT, task -> thread(task, "mnc-wave"));
    private final ExecutorService committers =
            Executors.newFixedThreadPool(2 * IN_FLIGHT, task -> thread(task, "mnc-commit"));
    private final Instant start = Instant.now();
    private final long all;
    private Instant lastTask = start;
    private long labelled;
    private boolean allEnded;
    private volatile boolean stopping;

    /**
     * @param images of the plan that are not committed, in order
     * @param plan of the run
     */
    WaveRunner(
            JavaSparkContext context,
            PredictorSource source,
            LabelConfig config,
            RunClaim claim,
            PlannedImages images,
            RunPlan plan,
            TableParts parts,
            Console console) {
        this.context = context;
        this.claim = claim;
        this.parts = parts;
        this.console = console;
        this.reports = HostRegistry.jvm().reports(context.sc());
        this.failures = new TaskFailures(reports);
        context.sc().addSparkListener(failures);
        this.all = plan.record().images();
        this.queue = new WaveQueue(
                images, all, new WaveSizes(config.waveImages(), config.partitionsPerSlot()), this::cluster, this::rate);
        this.job = new WaveJob(context, source, config, claim.folder(), claim.runId(), parts, committers);
        this.pace = new PaceMeter(reports, claim.runId());
        this.progress = new Progress(reports, claim.runId(), all, claim.log().images());
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    Progress progress() {
        return progress;
    }

    private WaveSizes.Cluster cluster() {
        int slots = ExpectedExecutors.slots(context.sc());
        int executors = context.sc().isLocal() ? 1 : Math.max(1, reports.all().size());
        return new WaveSizes.Cluster(Math.min(executors, slots), slots);
    }

    /** Images per second of this process; before a wave has ended, what the models can do alone. */
    private synchronized double rate() {
        return labelled > 0
                ? labelled
                        / Math.max(1e-3, Duration.between(start, Instant.now()).toMillis() / 1e3)
                : reports.all().stream().mapToDouble(HostReport::modelRate).sum();
    }

    /**
     * The work of this process on the run.
     *
     * @param images labelled
     * @param devices the last report of each executor
     * @param lastTask when the last task ended
     */
    record Outcome(long images, List<HostReport> devices, Instant lastTask) {}

    /**
     * Labels what no commit of the run holds.
     *
     * @throws OperatorException if the run cannot go on
     */
    Outcome run() {
        List<Future<?>> loops = new ArrayList<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            loops.add(runners.submit(this::labelWaves));
        }
        Throwable failure = null;
        for (Future<?> loop : loops) {
            try {
                loop.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the run was interrupted", e);
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        if (stopping) {
            awaitExit();
        }
        if (failure != null) {
            throw stopped(failure);
        }
        synchronized (this) {
            allEnded = true;
            return new Outcome(labelled, List.copyOf(devices.values()), lastTask);
        }
    }

    /**
     * Stops because the process is about to end: takes no more waves, drops those whose tasks are at work, commits those
     * whose tasks have ended, and gives the run up.
     */
    void stop() {
        stopping = true;
        context.setLogLevel("OFF"); // Spark has much to say about tasks that end before it does.
        queue.stop();
        context.cancelJobGroup(claim.runId());
        runners.shutdown();
        try {
            boolean unused = runners.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        claim.close();
        console.warn("stopped by a signal: " + claim.log().images() + " of " + all
                + " images are committed; the same command goes on with run " + claim.runId());
    }

    /** Whoever ends this process does so once {@link #stop} is done; nothing that the run could say now would be true. */
    private static void awaitExit() {
        while (true) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                // The process ends all the same.
            }
        }
    }

    private RuntimeException stopped(Throwable failure) {
        if (failure instanceof OperatorException known) {
            return known;
        }
        Optional<EnvironmentFailure> cause = failures.cause(failure);
        if (cause.isPresent()) {
            return OperatorException.environment(
                    "labelling stopped: " + cause.get().what(),
                    claim.log().images() + " images are committed; "
                            + cause.get().todo() + "; then run the same command: it goes on with run " + claim.runId());
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException("a wave failed", failure);
    }

    private void labelWaves() {
        try {
            for (Wave wave = queue.next(); wave != null; wave = queue.next()) {
                label(wave);
            }
        } finally {
            queue.stop();
        }
    }

    private void label(Wave wave) {
        Instant begun = Instant.now();
        int tries = 0;
        int crashed = CrashLog.jvm().crashed(claim.runId()).size();
        while (true) {
            try {
                claim.requireHeld();
                reports.requireModel();
                commit(wave, job.run(wave), begun);
                reports.news().forEach(console::warn);
                return;
            } catch (OperatorException e) {
                throw e;
            } catch (Exception | Error e) { // SparkException is checked, but Scala does not declare it
                reports.requireModel();
                reports.news().forEach(console::warn);
                int crashedNow = CrashLog.jvm().crashed(claim.runId()).size();
                tries = crashedNow > crashed ? 0 : tries + 1; // An image that took executors down will do so no more.
                crashed = crashedNow;
                if (stopping || tries == TRIES || Thread.currentThread().isInterrupted()) {
                    throw WaveRunner.<RuntimeException>sneaky(e);
                }
                console.warn("wave " + wave.number() + " failed and is tried again: " + ErrorMessages.firstLine(e));
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable e) throws E {
        throw (E) e;
    }

    private void commit(Wave wave, WaveJob.Finished finished, Instant begun) {
        RunTotals totals = new RunTotals();
        List<RunRecord.Device> used = new ArrayList<>();
        for (Result task : finished.tasks()) {
            reports.add(task.report());
            totals.plus(task.totals());
            used.add(recorded(task));
        }
        RunRecord.Pace measured = pace.since(begun, totals.images());
        WaveRecord unused = claim.commit((entry, owner) -> new WaveRecord(
                claim.runId(),
                entry,
                owner,
                wave.first(),
                totals.images(),
                wave.firstUri(),
                wave.lastUri(),
                finished.files(),
                totals.outcome(),
                totals.taskSeconds(),
                measured,
                used.stream().distinct().toList()));
        synchronized (this) {
            for (Result task : finished.tasks()) {
                devices.merge(task.report().executor(), task.report(), HostReport::later);
            }
            labelled += totals.images();
            lastTask = finished.ended().isAfter(lastTask) ? finished.ended() : lastTask;
        }
    }

    private static RunRecord.Device recorded(Result task) {
        return new RunRecord.Device(
                task.report().executor(),
                task.device().host(),
                task.device().address(),
                task.device().kind().text());
    }

    /** Ends what still runs; a wave that was not committed leaves nothing. */
    @Override
    public void close() {
        queue.stop();
        runners.shutdownNow();
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
        committers.shutdownNow();
        context.sc().removeSparkListener(failures);
        CrashLog.jvm().end(claim.runId());
        parts.unship();
    }
}
