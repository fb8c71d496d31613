package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.CocoEvaluation.Outcome;
import dev.mnc.evaluation.coco.DetectionArea;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.evaluate.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.EvaluationSummary.Coverage;
import dev.mnc.jobs.label.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The metrics of any number of detections: they are brought together by image and matched, what is left of them (24
 * bytes each) is brought together by category and reduced to curves. The ground truth is sent to every executor. The
 * result does not depend on how the rows are spread.
 */
public final class EvaluateInstances {

    private final SparkSession spark;
    private final EvaluateConfig config;
    private final Configuration configuration;

    private EvaluateInstances(SparkSession spark, EvaluateConfig config) {
        this.spark = spark;
        this.config = config;
        this.configuration = spark.sparkContext().hadoopConfiguration();
    }

    /**
     * Evaluates and writes {@code metrics.json} and {@code curves.json}.
     *
     * @throws IllegalArgumentException if a file is malformed, or predictions and ground truth do not belong together
     */
    public static EvaluationSummary run(SparkSession spark, EvaluateConfig config) throws IOException {
        return new EvaluateInstances(spark, config).run();
    }

    private EvaluationSummary run() throws IOException {
        GroundTruth truth = groundTruth(config.groundTruth(), configuration);
        Broadcast<GroundTruth> everywhere =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(truth);
        try {
            TableLabels labels = config.fromResultsFile() ? null : TableLabels.of(spark, config, truth);
            Dataset<Row> detections = labels != null ? labels.detections() : results(spark, config, everywhere);
            Coverage coverage = labels == null ? null : labels.coverage();
            EvaluationSummary summary = config.protocol() instanceof Coco coco
                    ? EvaluationSummary.coco(coco(coco, detections, truth), coverage, config.out())
                    : EvaluationSummary.sds(sds(detections, everywhere), coverage, config.out());
            write(new MetricsFiles(truth.categories(), summary), summary);
            return summary;
        } finally {
            everywhere.destroy();
        }
    }

    /**
     * Reads ground truth, wherever it lies.
     *
     * @throws OperatorException if it is a split list that is not on this machine
     */
    public static GroundTruth groundTruth(String file, Configuration configuration) throws IOException {
        if (Store.isLocal(file)) {
            return GroundTruthFile.read(Store.local(file));
        }
        if (GroundTruthFile.isSplit(file)) {
            throw OperatorException.usage(
                    file + " is a split list, which can only be read from a local folder",
                    "copy the folder of the list to this machine");
        }
        try (InputStream in = Store.open(file, configuration)) {
            return CocoJson.read(in, file);
        }
    }

    private void write(MetricsFiles files, EvaluationSummary summary) throws IOException {
        try (OutputStream out = Store.replace(summary.metricsFile(), configuration)) {
            files.writeMetrics(out);
        }
        try (OutputStream out = Store.replace(summary.curvesFile(), configuration)) {
            files.writeCurves(out);
        }
    }

    /** The predictions that belong to images of the ground truth: rows of {@link DetectionRows}, in any order. */
    public static Dataset<Row> detections(SparkSession spark, EvaluateConfig config, Broadcast<GroundTruth> truth) {
        return config.fromResultsFile()
                ? results(spark, config, truth)
                : TableLabels.of(spark, config, truth.value()).detections();
    }

    private static Dataset<Row> results(SparkSession spark, EvaluateConfig config, Broadcast<GroundTruth> truth) {
        SerializableConfiguration configuration =
                new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
        return spark.createDataset(List.of(config.predictions()), Encoders.STRING())
                .flatMap(new ReadResults(truth, configuration), Encoders.row(DetectionRows.SCHEMA));
    }

    private Outcome coco(Coco protocol, Dataset<Row> rows, GroundTruth truth) {
        List<DetectionColumns> detections = List.of(DetectionColumns.of(rows.collectAsList().stream()
                .map(DetectionRows::detection)
                .sorted(Comparator.comparingLong(Detection::ordinal))
                .toList()));
        DetectionArea area = protocol.areaRule() == AreaRule.PYCOCOTOOLS
                ? DetectionArea.asPycocotools(detections)
                : DetectionArea.COMPARED;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Outcome outcome = new CocoEvaluation(truth, protocol.iouTypes(), area, protocol.compat())
                    .evaluate(detections, threads);
            Faults.stopIfAny(config, protocol, outcome.faults());
            return outcome;
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Matches by image and reduces by category.
     *
     * @param detections of {@link DetectionRows#SCHEMA}, in any order
     */
    private static SdsResult sds(Dataset<Row> detections, Broadcast<GroundTruth> truth) {
        List<SdsCategory> categories = detections
                .repartition(col("image_id"))
                .sortWithinPartitions("image_id")
                .mapPartitions(new MatchImages(truth), Encoders.row(MatchImages.CELLS))
                .repartition(col("category_id"))
                .sortWithinPartitions("category_id")
                .mapPartitions(
                        new ReduceCategories(SdsEvaluation.wanted(truth.value())),
                        Encoders.javaSerialization(SdsCategory.class))
                .collectAsList();
        return SdsResult.of(truth.value(), categories);
    }
}
