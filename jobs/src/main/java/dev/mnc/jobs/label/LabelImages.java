package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.FastStart;
import dev.mnc.jobs.cli.Sessions;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.cli.Ticker;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.executor.DeviceAssignment;
import dev.mnc.jobs.executor.ExpectedExecutors;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.jobs.table.RunClaim;
import dev.mnc.jobs.table.SafeCommitter;
import dev.mnc.jobs.table.TableParts;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The labelling job, which labels every image of a corpus that is not labelled yet.
 *
 * <pre>
 *   list ──▶ minus what published runs hold ──▶ waves of partitions ──▶ one outcome an image ──▶ table ──▶ publish
 * </pre>
 *
 * <p>A run writes only below its own folders and becomes visible by one object created last and only if absent. So two
 * runs at once never mix, and a killed one is never seen.
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
     * Runs the job: lists, plans, labels, and publishes the run.
     *
     * @param preparation of the same request, begun before the session was open
     * @param settings as they were read, for the run's record
     * @throws OperatorException if the images cannot be listed, the run's name is taken, or the model cannot be loaded
     */
    public LabelSummary run(LabelRequest request, Preparation preparation, List<Settings.Entry> settings) {
        Instant start = Instant.now();
        SafeCommitter.require(request.table(), hadoop());
        if (request.mode() == LabelRequest.Mode.LABEL) {
            FastStart.wake(spark, new OpenStore(request.table(), new SerializableConfiguration(hadoop())));
        }
        LabelTable table = new LabelTable(spark, request.table());
        ImageListing listing = preparation.listing().get();
        listing.warnings().forEach(console::warn);
        List<ImageRef> work = new LabelledImages(table, source.digest(), config.digest()).leftOf(listing.images());
        LabelPlan plan = plan(work);
        console.note(work.size() + " of " + listing.images().size() + " images to label in "
                + plan.waves().size() + (plan.waves().size() == 1 ? " wave" : " waves"));
        if (request.mode() == LabelRequest.Mode.DRY_RUN) {
            return summary(LabelSummary.State.PLANNED, table, null, listing, plan, null, 0);
        }
        if (work.isEmpty()) {
            return summary(LabelSummary.State.UNCHANGED, table, null, listing, plan, null, 0);
        }
        String runId = request.runId() == null ? RunClaim.newName(start) : request.runId();
        RunClaim claim = RunClaim.take(table, runId, hadoop());
        Instant labelling = Instant.now();
        WaveRunner.Outcome outcome = label(plan, claim, preparation.parts().get());
        double seconds = seconds(labelling, Instant.now());
        RunRecord.Efficiency efficiency = DeviceUtilisation.of(
                outcome.devices(),
                new DeviceUtilisation.Clock(start, labelling, outcome.lastTask(), Instant.now()),
                outcome.totals().images());
        RunRecord record = new RecordWriter(spark, source, config)
                .record(claim, request, settings, listing, work, outcome, efficiency, start, seconds);
        claim.publish(record);
        return summary(LabelSummary.State.LABELLED, table, record, listing, plan, outcome.totals(), seconds);
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

    private WaveRunner.Outcome label(LabelPlan plan, RunClaim claim, TableParts.Unshipped parts) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ExpectedExecutors.await(
                context.sc(),
                Duration.ofSeconds(machine.executorWaitSeconds()),
                console,
                HostRegistry.jvm().reports(context.sc())::requireModel);
        try (WaveRunner waves = new WaveRunner(context, source, config, claim, plan, parts.shipped(context))) {
            return Ticker.during(console, waves.progress()::line, waves::run);
        }
    }

    private LabelPlan plan(List<ImageRef> work) {
        int slots = Math.max(1, ExpectedExecutors.slots(spark.sparkContext()));
        if (spark.sparkContext().isLocal()) {
            return LabelPlan.of(work, config.waveImages(), LabelPlan.Devices.ONE, slots, config.partitionsPerSlot());
        }
        FileSizes sizes = FileSizes.of(config.waveImages(), slots, config.partitionsPerSlot());
        sizes.note(work.size()).ifPresent(console::note);
        return LabelPlan.of(
                work, config.waveImages(), LabelPlan.Devices.SEVERAL, sizes.slots(), sizes.partitionsPerSlot());
    }

    private static LabelSummary summary(
            LabelSummary.State state,
            LabelTable table,
            @Nullable RunRecord record,
            ImageListing listing,
            LabelPlan plan,
            @Nullable RunTotals totals,
            double seconds) {
        return new LabelSummary(
                state,
                table.uri(),
                record == null ? null : record.runId(),
                listing.images().size(),
                plan.images(),
                plan.bytes(),
                plan.waves().size(),
                totals == null ? null : totals.outcome(),
                seconds,
                totals == null ? 0 : totals.errorRate(),
                record == null ? null : record.timing().efficiency(),
                record == null ? null : record.devices());
    }

    static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    static Map<String, String> values(List<Settings.Entry> settings) {
        return settings.stream().collect(Collectors.toMap(Settings.Entry::key, Settings.Entry::value));
    }

    private Configuration hadoop() {
        return spark.sparkContext().hadoopConfiguration();
    }
}
