package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruthFile;
import dev.mnc.evaluation.CategoryResult;
import dev.mnc.evaluation.DetectionArea;
import dev.mnc.evaluation.EvaluationResult;
import dev.mnc.evaluation.ImageMatcher;
import dev.mnc.evaluation.IouType;
import dev.mnc.evaluation.Matcher;
import dev.mnc.evaluation.Positives;
import dev.mnc.evaluation.SdsCategory;
import dev.mnc.evaluation.SdsMatcher;
import dev.mnc.evaluation.SdsResult;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.evaluate.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.VocSds;
import dev.mnc.jobs.evaluate.ReduceCategories.Reduction;
import dev.mnc.jobs.evaluate.ReduceCategories.ToCoco;
import dev.mnc.jobs.evaluate.ReduceCategories.ToSds;
import dev.mnc.jobs.label.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

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
        List<String> warnings = new ArrayList<>();
        GroundTruth truth = groundTruth(config.groundTruth(), configuration, warnings::add);
        Broadcast<GroundTruth> everywhere =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(truth);
        try {
            TableLabels labels = config.fromResultsFile() ? null : TableLabels.of(spark, config, truth);
            Dataset<Row> detections = labels != null ? labels.detections() : results(spark, config, everywhere);
            EvaluationSummary summary = new EvaluationSummary(
                    config.protocol() instanceof Coco coco ? coco(coco, detections, everywhere) : List.of(),
                    config.protocol() instanceof VocSds ? sds(detections, everywhere) : null,
                    labels == null ? null : labels.coverage(),
                    warnings,
                    beneath(config.out(), "metrics.json"),
                    beneath(config.out(), "curves.json"));
            write(new MetricsFiles(truth, summary), summary);
            return summary;
        } finally {
            everywhere.destroy();
        }
    }

    /**
     * Reads ground truth, wherever it lies.
     *
     * @param warnings told, a line each, what the file has that is left out
     * @throws OperatorException if it is a split list that is not on this machine
     */
    public static GroundTruth groundTruth(String file, Configuration configuration, Consumer<String> warnings)
            throws IOException {
        if (Store.isLocal(file)) {
            return GroundTruthFile.read(Store.local(file), warnings);
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

    private static String beneath(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
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

    private List<Matcher> matchers(Coco protocol, GroundTruth truth) throws IOException {
        DetectionArea asPycocotools = config.fromResultsFile() ? areaOfFirst(truth) : DetectionArea.BOX;
        DetectionArea area = protocol.areaRule() == AreaRule.PYCOCOTOOLS ? asPycocotools : DetectionArea.COMPARED;
        return protocol.iouTypes().stream()
                .<Matcher>map(type -> new ImageMatcher(type, area))
                .toList();
    }

    /** Looks at the file's first entry; a file that is missing or something else is noticed here, before any task. */
    private DetectionArea areaOfFirst(GroundTruth truth) throws IOException {
        try (CocoResults.Reader reader = CocoResults.open(
                Store.open(config.predictions(), configuration), config.predictions(), truth.namedImages())) {
            return reader.hasNext() ? DetectionArea.asPycocotools(reader.next()) : DetectionArea.COMPARED;
        }
    }

    private List<EvaluationResult> coco(Coco protocol, Dataset<Row> detections, Broadcast<GroundTruth> truth)
            throws IOException {
        Positives positives = Positives.of(truth.value());
        List<Tuple2<String, CategoryResult>> categories =
                reduce(detections, truth, matchers(protocol, truth.value()), new ToCoco(positives));
        List<EvaluationResult> results = new ArrayList<>();
        for (IouType type : protocol.iouTypes()) {
            List<CategoryResult> found = categories.stream()
                    .filter(category -> category._1().equals(type.label()))
                    .map(Tuple2::_2)
                    .toList();
            results.add(EvaluationResult.of(type, truth.value(), positives, found));
        }
        return results;
    }

    private static SdsResult sds(Dataset<Row> detections, Broadcast<GroundTruth> truth) {
        Positives positives = Positives.of(truth.value());
        List<SdsCategory> categories =
                reduce(detections, truth, List.of(new SdsMatcher()), new ToSds(positives)).stream()
                        .map(Tuple2::_2)
                        .toList();
        return SdsResult.of(truth.value(), positives, categories);
    }

    /**
     * Matches by image and reduces by category.
     *
     * @param detections of {@link DetectionRows#SCHEMA}, in any order
     * @return the results of the categories that have detections, with the matcher's label, in any order
     */
    private static <T> List<Tuple2<String, T>> reduce(
            Dataset<Row> detections, Broadcast<GroundTruth> truth, List<Matcher> matchers, Reduction<T> reduction) {
        return detections
                .repartition(col("image_id"))
                .sortWithinPartitions("image_id")
                .mapPartitions(new MatchImages(truth, matchers), Encoders.row(MatchImages.CELLS))
                .repartition(col("label"), col("category_id"))
                .sortWithinPartitions("label", "category_id")
                .mapPartitions(
                        new ReduceCategories<>(reduction),
                        Encoders.tuple(Encoders.STRING(), Encoders.javaSerialization(reduction.type())))
                .collectAsList();
    }
}
