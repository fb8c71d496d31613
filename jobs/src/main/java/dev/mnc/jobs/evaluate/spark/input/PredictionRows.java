package dev.mnc.jobs.evaluate.spark.input;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsBlocks;
import dev.mnc.dataset.columns.ResultsBlocks.Part;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.spark.BlockBounds;
import dev.mnc.jobs.evaluate.spark.BlockedResult;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.evaluate.spark.ReadBlocks;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** The predictions of an evaluation as rows of {@link ImageRows}, which Spark's tasks read. */
public final class PredictionRows {

    private final SparkSession spark;
    private final EvaluateConfig config;
    private final Configuration configuration;
    private final Map<String, Long> namedImages;
    private final @Nullable TableLabels labels;

    /**
     * The predictions that a configuration names.
     *
     * @param namedImages see {@link GroundTruth#namedImages}
     * @param labels those of the table, or null if the predictions are none
     */
    public PredictionRows(
            SparkSession spark, EvaluateConfig config, Map<String, Long> namedImages, @Nullable TableLabels labels) {
        this.spark = spark;
        this.config = config;
        this.configuration = spark.sparkContext().hadoopConfiguration();
        this.namedImages = namedImages;
        this.labels = labels;
    }

    /** Returns all predictions, those of a label table only where the ground truth lists their images. */
    public static Dataset<Row> all(SparkSession spark, EvaluateConfig config, GroundTruth truth) throws IOException {
        TableLabels labels = config.readsTable() ? TableLabels.of(spark, config, TruthRows.keys(spark, truth)) : null;
        PredictionRows predictions = new PredictionRows(spark, config, truth.namedImages(), labels);
        return config.fromResultsFile() ? predictions.whole() : predictions.ofTables();
    }

    /** Returns how a label table and the ground truth fit together, or null if the predictions are no table. */
    public @Nullable Coverage coverage() {
        return labels == null ? null : labels.coverage();
    }

    /** Returns the area that pycocotools looks at for a results file: that of the box if the first entry has one. */
    public DetectionArea areaOfFirst() throws IOException {
        SparkInput.require(config.predictions(), configuration);
        try (CocoResults.Reader reader =
                CocoResults.open(Store.open(config.predictions(), configuration), config.predictions(), namedImages)) {
            return DetectionArea.asPycocotools(
                    reader.hasNext() ? List.of(DetectionColumns.of(List.of(reader.next()))) : List.of());
        }
    }

    /** An evaluation of rows of {@link ImageRows} in any order. */
    public interface Evaluation<F extends BlockedResult> {

        /** Evaluates the rows. */
        F of(JavaRDD<Row> detections);
    }

    /**
     * Evaluates the predictions. A results file is read in blocks if it has the usual form, else whole; the latter also to
     * tell which entry is at fault, for whoever reads a block does not know how many entries come before it.
     */
    public <F extends BlockedResult> F evaluate(Evaluation<F> evaluation) throws IOException {
        if (!config.fromResultsFile()) {
            return evaluation.of(ofTables().toJavaRDD());
        }
        SparkInput.require(config.predictions(), configuration);
        if (!config.predictions().endsWith(".gz") && namedImages.isEmpty()) {
            Path path = Store.hadoop(config.predictions());
            long size = path.getFileSystem(configuration).getFileStatus(path).getLen();
            F found = evaluation.of(blocks(size));
            boolean named = config.protocol().onFault() == OnFault.LEAVE_OUT
                    || found.faults().first() == null;
            if (named && fit(found.blocks(), size)) {
                return found;
            }
        }
        return evaluation.of(whole().toJavaRDD());
    }

    private Dataset<Row> ofTables() throws IOException {
        return labels != null
                ? packed(labels.detections(), DetectionRows::detection)
                : packed(ParquetInSpark.rows(spark, config.predictions()), new ParquetInSpark.Reader());
    }

    private static Dataset<Row> packed(Dataset<Row> detections, ReadDetections.RowReader reader) {
        return detections.mapPartitions(new ReadDetections.OfRows(reader), Encoders.row(ImageRows.SCHEMA));
    }

    private Dataset<Row> whole() {
        ReadDetections.OfFile reader =
                new ReadDetections.OfFile(namedImages, new SerializableConfiguration(configuration));
        return spark.createDataset(List.of(config.predictions()), Encoders.STRING())
                .flatMap(reader, Encoders.row(ImageRows.SCHEMA));
    }

    private JavaRDD<Row> blocks(long size) {
        ReadBlocks reader = new ReadBlocks(config.predictions(), size, new SerializableConfiguration(configuration));
        long count = Math.max(1, (size + ResultsBlocks.BLOCK - 1) / ResultsBlocks.BLOCK);
        int tasks = (int) Math.min(count, Math.max(spark.sparkContext().defaultParallelism(), count / 16));
        List<Long> numbers = LongStream.range(0, count).boxed().toList();
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, tasks)
                .mapPartitions(reader);
    }

    /** Returns whether the blocks, each read without knowledge of the others, together make a whole file. */
    private boolean fit(List<BlockBounds> blocks, long size) throws IOException {
        Path path = Store.hadoop(config.predictions());
        List<Part> parts = blocks.stream()
                .map(block -> new Part(block.start(), block.end(), new DetectionColumns()))
                .toList();
        try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
            ResultsBlocks file = new ResultsBlocks((position, into, length) -> in.readFully(position, into, 0, length));
            return ResultsBlocks.fit(parts, file.tail(size));
        }
    }
}
