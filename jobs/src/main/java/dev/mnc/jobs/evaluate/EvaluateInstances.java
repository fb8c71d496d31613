package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.dataset.columns.ResultsBlocks;
import dev.mnc.dataset.columns.ResultsBlocks.Part;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.findings.ScoreFinding;
import dev.mnc.jobs.evaluate.findings.SdsFiles;
import dev.mnc.jobs.evaluate.result.CocoFindings;
import dev.mnc.jobs.evaluate.result.CocoFindings.Subject;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.FaultPolicy;
import dev.mnc.jobs.evaluate.result.LocalFiles;
import dev.mnc.jobs.evaluate.result.MetricsFiles;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.jobs.evaluate.spark.BlockBounds;
import dev.mnc.jobs.evaluate.spark.BlockedResult;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation.Found;
import dev.mnc.jobs.evaluate.spark.DistributedEvaluation.Request;
import dev.mnc.jobs.evaluate.spark.DistributedSds;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.evaluate.spark.ReadBlocks;
import dev.mnc.jobs.evaluate.spark.input.DetectionRows;
import dev.mnc.jobs.evaluate.spark.input.ParquetInSpark;
import dev.mnc.jobs.evaluate.spark.input.ReadDetections;
import dev.mnc.jobs.evaluate.spark.input.SparkInput;
import dev.mnc.jobs.evaluate.spark.input.TableLabels;
import dev.mnc.jobs.evaluate.spark.input.TruthRows;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of any number of detections: they are brought together by image and matched, what is left of them (24
 * bytes each) is brought together by category and reduced to curves. So is the ground truth: no one has all of it. The
 * result does not depend on how the rows are spread.
 */
public final class EvaluateInstances {

    private static final int PARTITIONS_A_CORE = 4;

    private final SparkSession spark;
    private final EvaluateConfig config;
    private final Configuration configuration;
    private final int smallestRange;

    private EvaluateInstances(SparkSession spark, EvaluateConfig config, int smallestRange) {
        this.smallestRange = smallestRange;
        this.spark = spark;
        this.config = config;
        this.configuration = spark.sparkContext().hadoopConfiguration();
    }

    /**
     * Evaluates and writes the files of {@link MetricsFiles}.
     *
     * @throws IllegalArgumentException if a file is malformed, or predictions and ground truth do not belong together
     */
    public static EvaluationSummary run(SparkSession spark, EvaluateConfig config) throws IOException {
        return run(spark, config, Request.SMALLEST_RANGE);
    }

    /** @param smallestRange see {@link Request}; tests make it small */
    static EvaluationSummary run(SparkSession spark, EvaluateConfig config, int smallestRange) throws IOException {
        return new EvaluateInstances(spark, config, smallestRange).run();
    }

    private EvaluationSummary run() throws IOException {
        return config.protocol() instanceof Coco coco ? coco(coco) : sds();
    }

    private EvaluationSummary coco(Coco protocol) throws IOException {
        TruthRows truth = TruthRows.of(spark, config.groundTruth(), config.dialect(), protocol.compat());
        TableLabels labels = config.readsTable() ? TableLabels.of(spark, config, truth.keys()) : null;
        Subject subject = new Subject(truth.categories(), truth.frequencies(), images(protocol, truth));
        Found found = evaluate(truth, labels, detections -> evaluate(protocol, truth, subject, detections));
        Outcome outcome = found.outcome();
        outcome.faults().add(truth.faults());
        FaultPolicy.stopIfAny(config, outcome.faults());
        EvaluationSummary summary = EvaluationSummary.coco(
                outcome,
                CocoFindings.of(protocol, outcome, found.replicates(), subject),
                labels == null ? null : labels.coverage(),
                truth.warnings(),
                config.out());
        write(new MetricsFiles(truth.categories(), summary));
        return summary;
    }

    private @Nullable ImageTable images(Coco protocol, TruthRows truth) throws IOException {
        Slicing slicing = protocol.extras().slicing();
        if (slicing == null) {
            return null;
        }
        ImageTable.Names names = new ImageTable.Names(
                () -> {
                    Map<String, Long> ids = new HashMap<>();
                    truth.keys().collectAsList().forEach(row -> ids.put(row.getString(1), row.getLong(0)));
                    return ids;
                },
                truth.namedImages());
        return ImageTable.read(slicing, names, configuration);
    }

    private EvaluationSummary sds() throws IOException {
        TruthRows truth = TruthRows.of(spark, config.groundTruth(), CocoDialect.COCO, Compat.NONE);
        TableLabels labels = config.readsTable() ? TableLabels.of(spark, config, truth.keys()) : null;
        DistributedSds.Found found = evaluate(
                truth,
                labels,
                detections -> DistributedSds.run(
                        truth.rows().union(detections),
                        truth.categories(),
                        config.protocol().bootstrap()));
        FaultLog faults = found.faults();
        faults.add(truth.faults());
        FaultPolicy.stopIfAny(config, faults);
        EvaluationSummary summary = EvaluationSummary.sds(
                found.result(),
                SdsFiles.findings(
                        found.result(),
                        CocoFindings.names(truth.categories()),
                        config.protocol().bootstrap()),
                faults.counts(),
                labels == null ? null : labels.coverage(),
                truth.warnings(),
                config.out());
        write(new MetricsFiles(truth.categories(), summary));
        return summary;
    }

    private void write(MetricsFiles files) throws IOException {
        String folder = config.out().endsWith("/") ? config.out() : config.out() + "/";
        clear(folder);
        for (Iterator<MetricsFiles.File> each = files.files().iterator(); each.hasNext(); ) {
            MetricsFiles.File file = each.next();
            try (OutputStream out = Store.replace(folder + file.path(), configuration)) {
                file.content().write(out);
            }
        }
    }

    /** Does what {@link LocalFiles#clear} does, anywhere. */
    private void clear(String folder) throws IOException {
        if (Store.isLocal(folder)) {
            LocalFiles.clear(Store.local(folder));
            return;
        }
        Path tables = Store.hadoop(folder + MetricsFiles.TABLES);
        FileSystem store = tables.getFileSystem(configuration);
        for (FileStatus file : store.exists(tables) ? store.listStatus(tables) : new FileStatus[0]) {
            if (file.getPath().getName().endsWith(".parquet")) {
                store.delete(file.getPath(), false);
            }
        }
        for (String name : ScoreFinding.FILES) {
            store.delete(Store.hadoop(folder + name), false);
        }
    }

    /** Spark's usual 200 partitions are meant for a cluster; on one machine their number is what takes the time. */
    public static void spreadOver(SparkSession spark) {
        String key = "spark.sql.shuffle.partitions";
        SparkContext context = spark.sparkContext();
        if (context.isLocal() && !context.getConf().contains(key)) {
            spark.conf().set(key, (long) PARTITIONS_A_CORE * context.defaultParallelism());
        }
    }

    /** The images of the ground truth that a label table covers: {@code truth_id}, {@code file_name}, each once. */
    public static Dataset<Row> covered(SparkSession spark, EvaluateConfig config) throws IOException {
        TruthRows truth = TruthRows.of(spark, config.groundTruth(), config.dialect(), Compat.NONE);
        return TableLabels.covered(spark, config, truth.keys());
    }

    /** The predictions, those of a label table only where the ground truth lists their images: rows of {@link ImageRows}. */
    public static Dataset<Row> detections(SparkSession spark, EvaluateConfig config, GroundTruth truth)
            throws IOException {
        if (config.fromParquet()) {
            return ofParquet(spark, config);
        }
        return config.fromResultsFile()
                ? inOnePiece(spark, config, truth.namedImages())
                : ofTable(TableLabels.of(spark, config, TruthRows.keys(spark, truth)));
    }

    private static Dataset<Row> ofTable(TableLabels labels) {
        return packed(labels.detections(), DetectionRows::detection);
    }

    private static Dataset<Row> ofParquet(SparkSession spark, EvaluateConfig config) throws IOException {
        return packed(ParquetInSpark.rows(spark, config.predictions()), new ParquetInSpark.Reader());
    }

    private static Dataset<Row> packed(Dataset<Row> detections, ReadDetections.RowReader reader) {
        return detections.mapPartitions(new ReadDetections.OfRows(reader), Encoders.row(ImageRows.SCHEMA));
    }

    /** Evaluates detections: rows of {@link ImageRows}, in any order. */
    private interface Evaluation<F extends BlockedResult> {
        F of(Dataset<Row> detections);
    }

    private <F extends BlockedResult> F evaluate(
            TruthRows truth, @Nullable TableLabels labels, Evaluation<F> evaluation) throws IOException {
        if (labels != null) {
            return evaluation.of(ofTable(labels));
        }
        return config.fromParquet() ? evaluation.of(ofParquet(spark, config)) : ofFile(truth, evaluation);
    }

    /**
     * Reads a file in blocks if it is the usual one, else in one piece; the latter also to tell which entry is at fault,
     * for whoever reads a block does not know how many entries come before it.
     */
    private <F extends BlockedResult> F ofFile(TruthRows truth, Evaluation<F> evaluation) throws IOException {
        SparkInput.require(config.predictions(), configuration);
        Path path = Store.hadoop(config.predictions());
        boolean whole =
                config.predictions().endsWith(".gz") || !truth.namedImages().isEmpty();
        if (!whole) {
            long size = path.getFileSystem(configuration).getFileStatus(path).getLen();
            F found = evaluation.of(blocks(size));
            boolean named = config.protocol().onFault() == OnFault.LEAVE_OUT
                    || found.faults().first() == null;
            if (named && fit(found.blocks(), size)) {
                return found;
            }
        }
        return evaluation.of(inOnePiece(spark, config, truth.namedImages()));
    }

    private static Dataset<Row> inOnePiece(SparkSession spark, EvaluateConfig config, Map<String, Long> namedImages) {
        ReadDetections.OfFile reader = new ReadDetections.OfFile(
                namedImages, new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
        return spark.createDataset(List.of(config.predictions()), Encoders.STRING())
                .flatMap(reader, Encoders.row(ImageRows.SCHEMA));
    }

    private Dataset<Row> blocks(long size) {
        ReadBlocks reader = new ReadBlocks(config.predictions(), size, new SerializableConfiguration(configuration));
        long count = Math.max(1, (size + ResultsBlocks.BLOCK - 1) / ResultsBlocks.BLOCK);
        int tasks = (int) Math.min(count, Math.max(spark.sparkContext().defaultParallelism(), count / 16));
        return spark.range(0, count, 1, tasks).as(Encoders.LONG()).flatMap(reader, Encoders.row(ImageRows.SCHEMA));
    }

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

    private Found evaluate(Coco protocol, TruthRows truth, Subject subject, Dataset<Row> detections) {
        DetectionArea area =
                protocol.areaRule() == AreaRule.PYCOCOTOOLS ? asPycocotools(truth) : DetectionArea.COMPARED;
        EvaluationPlan pass = CocoFindings.pass(protocol, area, subject);
        Request request = new Request(pass, smallestRange);
        return DistributedEvaluation.run(spark, truth.rows().union(detections), request);
    }

    /** Looks at the first entry of a file; labels have boxes. */
    private DetectionArea asPycocotools(TruthRows truth) {
        if (!config.fromResultsFile()) {
            return DetectionArea.BOX;
        }
        try (CocoResults.Reader reader = CocoResults.open(
                Store.open(config.predictions(), configuration), config.predictions(), truth.namedImages())) {
            return DetectionArea.asPycocotools(
                    reader.hasNext() ? List.of(DetectionColumns.of(List.of(reader.next()))) : List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
