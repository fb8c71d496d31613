package dev.mnc.jobs.label;

import dev.mnc.schemas.ImageRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Runs the waves of a plan. A wave's outcomes are computed once, kept, and then written twice: as instances and as
 * images. Two waves are in flight, so that no device idles while the last images of one are still being labelled.
 */
final class WaveRunner implements AutoCloseable {

    private static final int IN_FLIGHT = 2;

    private final SparkSession spark;
    private final JavaSparkContext context;
    private final PredictorSource source;
    private final LabelConfig config;
    private final RunClaim claim;
    private final LabelPlan plan;
    private final Broadcast<SerializableConfiguration> configuration;
    private final LongAccumulator images;
    private final LongAccumulator failures;
    private final Progress progress;
    private final ExecutorService runners = Executors.newFixedThreadPool(IN_FLIGHT, task -> {
        Thread thread = new Thread(task, "mnc-wave");
        thread.setDaemon(true);
        return thread;
    });

    WaveRunner(SparkSession spark, PredictorSource source, LabelConfig config, RunClaim claim, LabelPlan plan) {
        this.spark = spark;
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.source = source;
        this.config = config;
        this.claim = claim;
        this.plan = plan;
        this.configuration = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
        this.images = spark.sparkContext().longAccumulator("mnc images");
        this.failures = spark.sparkContext().longAccumulator("mnc failures");
        this.progress = new Progress(plan.images(), images, failures);
        spark.sparkContext().addSparkListener(progress);
    }

    Progress progress() {
        return progress;
    }

    /** Runs all waves and adds up what became of their images. */
    RunTotals run() {
        CompletionService<RunTotals> waves = new ExecutorCompletionService<>(runners);
        for (int i = 0; i < plan.waves().size(); i++) {
            int number = i;
            waves.submit(() -> run(plan.waves().get(number)));
        }
        RunTotals totals = new RunTotals();
        try {
            for (int i = 0; i < plan.waves().size(); i++) {
                totals.plus(waves.take().get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException("a wave failed", e.getCause());
        }
        return totals;
    }

    private RunTotals run(LabelPlan.Wave wave) {
        spark.sparkContext().setJobDescription("mnc label, wave " + wave.number());
        List<List<ImageRef>> partitions = new ArrayList<>(wave.partitions());
        JavaRDD<ImageOutcome> outcomes = context.parallelize(partitions, partitions.size())
                .mapPartitions(new LabelPartition(source, config, configuration, images, failures))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            RunTotals totals = outcomes.mapPartitions(new CountPartition()).collect().stream()
                    .reduce(new RunTotals(), RunTotals::plus);
            int files = Math.max(1, partitions.size() / config.partitionsPerSlot());
            JavaRDD<ImageOutcome> fewer = outcomes.coalesce(files);
            write(fewer.flatMap(new InstanceRows()), LabelColumns.INSTANCES, "instances", wave);
            write(fewer.map(new ImageRow()), LabelColumns.IMAGES, "images", wave);
            return totals;
        } finally {
            outcomes.unpersist(false);
        }
    }

    private void write(JavaRDD<Row> rows, StructType columns, String part, LabelPlan.Wave wave) {
        Path folder = Store.hadoop(claim.folder(part) + String.format(Locale.ROOT, "/wave=%04d", wave.number()));
        spark.createDataFrame(rows, columns)
                .write()
                .mode(SaveMode.ErrorIfExists)
                .option("compression", "zstd")
                .parquet(folder.toString());
    }

    @Override
    public void close() {
        runners.shutdownNow();
        spark.sparkContext().removeSparkListener(progress);
        configuration.unpersist(false);
    }

    private record CountPartition() implements FlatMapFunction<Iterator<ImageOutcome>, RunTotals> {
        @Override
        public Iterator<RunTotals> call(Iterator<ImageOutcome> outcomes) {
            return List.of(RunTotals.of(outcomes)).iterator();
        }
    }

    private record InstanceRows() implements FlatMapFunction<ImageOutcome, Row> {
        @Override
        public Iterator<Row> call(ImageOutcome outcome) {
            return outcome.instances().iterator();
        }
    }

    private record ImageRow() implements Function<ImageOutcome, Row> {
        @Override
        public Row call(ImageOutcome outcome) {
            return LabelColumns.imageRow(outcome);
        }
    }
}
