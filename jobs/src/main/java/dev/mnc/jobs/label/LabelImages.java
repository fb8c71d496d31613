package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.FastStart;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.cli.Ticker;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.corpus.ListedImages;
import dev.mnc.jobs.executor.DeviceAssignment;
import dev.mnc.jobs.executor.ExpectedExecutors;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.label.work.DistinctContent;
import dev.mnc.jobs.label.work.RunsBeside;
import dev.mnc.jobs.label.work.Selected;
import dev.mnc.jobs.label.work.WorkRule;
import dev.mnc.jobs.label.work.WorkSelection;
import dev.mnc.jobs.runs.PlannedImages;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.jobs.table.SafeCommitter;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The labelling job, which labels every image of a corpus that is not labelled yet.
 *
 * <pre>
 *   claim ──▶ list ──▶ minus what is labelled ──▶ plan ──▶ waves ──▶ one outcome an image ──▶ table ──▶ publish
 *     └── the plan and commits of a run that a dead process left ──▶──┘
 * </pre>
 *
 * <p>A run writes only below its own folders and becomes visible by one object created last and only if absent. So two
 * runs at once never mix, and a killed one is never seen, but gone on with after its last committed wave.
 */
public final class LabelImages {

    private final SparkSession spark;
    private final PredictorSource source;
    private final LabelConfig config;
    private final HostConfig machine;
    private final Console console;

    public LabelImages(
            SparkSession spark, PredictorSource source, LabelConfig config, HostConfig machine, Console console) {
        this.spark = spark;
        this.source = source;
        this.config = config;
        this.machine = machine;
        this.console = console;
    }

    /**
     * Opens the session of a command that labels. The executors start the model while the driver lists the images.
     *
     * @param settings of Spark, over all others
     * @throws OperatorException if Spark is to give an executor several GPUs
     */
    public static SparkSession session(
            String command,
            PredictorSource source,
            LabelConfig config,
            HostConfig machine,
            Map<String, String> settings) {
        DeviceAssignment.requireOneGpu(new SparkConf());
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(ModelHostPlugin.sessionSettings(source, config.host(), machine));
        return Sessions.open(command, all);
    }

    /** Runs the job, preparing it first. */
    public LabelSummary run(LabelRequest request, List<Settings.Entry> settings) {
        return run(request, Preparation.of(request, spark.sparkContext()), settings);
    }

    /**
     * Runs the job: finishes the run that a dead process left, if there is one; then lists, plans, labels, and publishes.
     *
     * @param preparation of the same request, begun before the session was open
     * @param settings as they were read, for the run's record
     * @throws OperatorException if the images cannot be listed, another process is at work on them, the run's name is taken,
     *     or the run cannot go on
     */
    public LabelSummary run(LabelRequest request, Preparation preparation, List<Settings.Entry> settings) {
        SafeCommitter.require(request.table(), hadoop());
        try (preparation) {
            return request.mode() == LabelRequest.Mode.DRY_RUN
                    ? dryRun(request, preparation)
                    : label(request, preparation, settings);
        }
    }

    private LabelSummary label(LabelRequest request, Preparation preparation, List<Settings.Entry> settings) {
        FastStart.wake(spark, new OpenStore(request.table(), new SerializableConfiguration(hadoop())));
        TableParts.Unshipped parts = preparation.parts().get();
        RunWork work = request.work(source.digest(), config.digest());
        WorkSelection selection = selection(request, work);
        LabelSummary finished = null;
        try (RunClaim claim = RunClaim.take(request.table(), request.runId(), work, console::note, hadoop())) {
            Optional<RunPlan> plan = resumable(claim, selection);
            if (plan.isEmpty()) {
                return planAndLabel(claim, request, selection, preparation, parts, settings);
            }
            Planned planned = new Planned(Instant.now(), plan.get(), plan.get().left(claim.log()));
            finished = labelled(claim, planned, parts, settings);
        }
        if (request.runId() != null || !(request.rule() instanceof WorkRule.NotLabelled)) {
            return finished;
        }
        console.note("run " + finished.runId() + " is published; looking for images that came since it began");
        try (RunClaim claim = RunClaim.take(request.table(), null, work, console::note, hadoop())) {
            Instant start = Instant.now();
            ListedImages listed = listed(request, preparation);
            try (Selected selected = selected(claim, selection, listed, preparation)) {
                return selected.count() == 0
                        ? finished
                        : labelled(claim, stored(claim, start, listed, selected), parts, settings);
            }
        }
    }

    private LabelSummary planAndLabel(
            RunClaim claim,
            LabelRequest request,
            WorkSelection selection,
            Preparation preparation,
            TableParts.Unshipped parts,
            List<Settings.Entry> settings) {
        Instant start = Instant.now();
        ListedImages listed = listed(request, preparation);
        Planned planned;
        try (Selected selected = selected(claim, selection, listed, preparation)) {
            planned = stored(claim, start, listed, selected);
        }
        preparation.close(); // What the listing left in the store has become the plan.
        return labelled(claim, planned, parts, settings);
    }

    /**
     * The images of a run.
     *
     * @param start when this process began with it
     * @param stored the plan
     * @param images that are not committed, in its order
     */
    private record Planned(Instant start, RunPlan stored, PlannedImages images) {}

    /**
     * Returns the plan that the claim's run has already; empty if there is none, or if runs that were published since have
     * labelled some of its images, which would then have two rows.
     */
    private Optional<RunPlan> resumable(RunClaim claim, WorkSelection selection) {
        Optional<RunPlan> plan = claim.plan();
        if (plan.isPresent() && selection.isLabelledSince(claim.number() + 1, plan.get())) {
            console.note("run " + claim.runId() + " is begun anew: later runs have labelled some of its images");
            claim.beginAnew();
            return Optional.empty();
        }
        return plan;
    }

    private WorkSelection selection(LabelRequest request, RunWork work) {
        LabelTable table = new LabelTable(spark, request.table());
        return new WorkSelection(spark, table, work, request.rule(), console::note, console::warn);
    }

    private LabelSummary dryRun(LabelRequest request, Preparation preparation) {
        ListedImages listed = listed(request, preparation);
        RunWork work = request.work(source.digest(), config.digest());
        try (Selected selected =
                selection(request, work).of(listed, preparation.spill().memoryImages(), List.of())) {
            return new LabelSummary(
                    LabelSummary.State.PLANNED,
                    request.table(),
                    null,
                    0,
                    listed.count(),
                    selected.count(),
                    selected.bytes(),
                    null,
                    0,
                    0,
                    null,
                    null);
        }
    }

    private ListedImages listed(LabelRequest request, Preparation preparation) {
        ImageListing listing = preparation.listing().get();
        listing.warnings().forEach(console::warn);
        ListedImages all = listing.listed();
        if (request.copies() == LabelRequest.Copies.LABELLED) {
            return all;
        }
        ListedImages distinct = new DistinctContent(spark, preparation.spill()).of(all);
        console.note(all.count() - distinct.count() + " of " + all.count()
                + " images have the same bytes as another one and are left out");
        return distinct;
    }

    private Selected selected(RunClaim claim, WorkSelection selection, ListedImages listed, Preparation preparation) {
        // In this order: a run that is published meanwhile is seen by the one or by the other.
        List<RunsBeside.Beside> beside = new RunsBeside(claim, hadoop(), console::note).all();
        return selection.of(listed, preparation.spill().memoryImages(), beside);
    }

    /** Stores which images are work. */
    private Planned stored(RunClaim claim, Instant start, ListedImages listed, Selected work) {
        console.note(work.count() + " of " + listed.count() + " images to label");
        RunPlan stored = work.store(
                claim,
                files -> new PlanRecord(
                        claim.runId(),
                        claim.work(),
                        start.toString(),
                        listed.count(),
                        listed.digest(),
                        work.gone(),
                        work.count(),
                        work.bytes(),
                        files));
        return new Planned(start, stored, work.images(stored, claim));
    }

    /** Labels what is not committed yet, and publishes the run. */
    private LabelSummary labelled(
            RunClaim claim, Planned planned, TableParts.Unshipped parts, List<Settings.Entry> settings) {
        long before = claim.log().images();
        Instant labelling = Instant.now();
        RunRecord.Efficiency efficiency = null;
        if (before < planned.stored().record().images()) {
            WaveRunner.Outcome outcome = label(claim, planned, parts);
            if (!outcome.devices().isEmpty()) {
                efficiency = DeviceUtilisation.of(
                        outcome.devices(),
                        new DeviceUtilisation.Clock(planned.start(), labelling, outcome.lastTask(), Instant.now()),
                        outcome.images());
            }
        }
        double seconds = seconds(labelling, Instant.now());
        RunTotals totals = new RunTotals();
        claim.log().entries().forEach(totals::plus);
        double rate = (totals.images() - before) / Math.max(seconds, 1e-9);
        RecordWriter.Work work = new RecordWriter.Work(totals, efficiency, rate);
        RunRecord record = claim.publish(manifest ->
                new RecordWriter(spark, source, config).record(claim, planned.stored(), settings, work, manifest));
        return new LabelSummary(
                record.input().planned() == 0 ? LabelSummary.State.UNCHANGED : LabelSummary.State.LABELLED,
                claim.folder().table(),
                record.runId(),
                before,
                record.input().listed(),
                record.input().planned(),
                record.input().bytes(),
                totals.outcome(),
                seconds,
                totals.errorRate(),
                efficiency,
                record.devices());
    }

    /** Opens the table's store on an executor, which keeps it open for the tasks that write. */
    private record OpenStore(String table, SerializableConfiguration configuration) implements FastStart.FirstTask {

        @Override
        public void run() throws IOException {
            if (!Store.isLocal(table)) {
                Store.hadoop(table).getFileSystem(configuration.value());
            }
        }
    }

    private WaveRunner.Outcome label(RunClaim claim, Planned planned, TableParts.Unshipped parts) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ExpectedExecutors.await(
                context.sc(),
                Duration.ofSeconds(machine.executorWaitSeconds()),
                console,
                HostRegistry.jvm().reports(context.sc())::requireModel);
        try (WaveRunner waves = new WaveRunner(
                context, source, config, claim, planned.images(), planned.stored(), parts.shipped(context), console)) {
            return SignalGuard.during(waves::stop, () -> Ticker.during(console, waves.progress()::line, waves::run));
        }
    }

    static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }
}
