package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoJson;
import dev.mnc.evaluation.coco.Metric;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.evaluate.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.VocSds;
import dev.mnc.jobs.evaluate.EvaluationSummary.Coverage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in Parquet: label tables, predictions, ground truth. Both engines read it and give the same bytes. */
class EvaluateTablesTest {

    private static final Scenes SCENES = Scenes.random(42, 60);

    private final SparkSession spark = TestSession.spark();

    @TempDir
    private Path folder = Path.of("");

    private Path truth = Path.of("");
    private Path table = Path.of("");

    @BeforeEach
    void writeGroundTruth() throws IOException {
        truth = folder.resolve("truth.json");
        table = folder.resolve("table");
        CocoJson.write(SCENES.truth(), truth);
    }

    static List<Protocol> protocols() {
        return List.of(
                Protocol.coco(List.of(IouType.SEGM, IouType.BBOX)),
                new Coco(List.of(IouType.SEGM), AreaRule.PYCOCOTOOLS, Compat.PYCOCOTOOLS, OnFault.STOP),
                new VocSds(null));
    }

    /** A run that adds to an older one, an outdated one of another model's labels, and one that was never published. */
    private void writeTable(long idOffset) throws IOException {
        TableWriter writer = new TableWriter(table);
        writer.publish("r1", "2026-01-01T00:00:00Z", Scenes.random(1, 80), idOffset);
        writer.publish("r2", "2026-01-02T00:00:00Z", SCENES, idOffset);
        writer.write("unpublished", Scenes.random(2, 60), idOffset);
    }

    private EvaluateConfig config(
            Path groundTruth, Path predictions, @Nullable String runId, Protocol protocol, ImageKey key) {
        return new EvaluateConfig(
                groundTruth.toString(),
                predictions.toString(),
                runId,
                folder.resolve("out").toString(),
                protocol,
                key);
    }

    private EvaluateConfig config(Path groundTruth, Path predictions, Protocol protocol) {
        return config(groundTruth, predictions, null, protocol, ImageKey.ID);
    }

    /** Evaluates with both engines. */
    private EvaluationSummary both(EvaluateConfig config) throws IOException {
        EvaluationSummary far = EvaluateInstances.run(spark, config);
        Map<String, String> expected = files();
        assertThat(Engine.canBeLocal(config)).isTrue();

        EvaluationSummary here = EvaluateLocally.run(config);

        assertThat(files()).isEqualTo(expected).containsKey("metrics.json");
        assertThat(here.coverage()).isEqualTo(far.coverage());
        return here;
    }

    private Map<String, String> files() throws IOException {
        Path out = folder.resolve("out");
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(out)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(out.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void newestLabelsOfATableGiveTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);

        EvaluationSummary summary = both(config(truth, table, protocol));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void oneRunOfATableGivesTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);

        EvaluationSummary summary = both(config(truth, table, "r1", protocol, ImageKey.ID));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
        assertThat(summary.json())
                .isNotEqualTo(
                        EvaluateLocally.run(config(truth, table, protocol)).json());
    }

    @Test
    void imagesAreFoundByNameInBothEngines() throws IOException {
        writeTable(500_000);
        Protocol protocol = Protocol.coco(List.of(IouType.SEGM));

        EvaluationSummary summary = both(config(truth, table, null, protocol, ImageKey.FILE_NAME));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
        assertThat(summary.results().get(0).metric(Metric.AP)).isBetween(0.05, 0.95);
        assertThatThrownBy(() -> EvaluateLocally.run(config(truth, table, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(
                        "none of the 80 labelled images of %s is among the 60 of %s (e.g. id 1000, file name 000.jpg)",
                        table, truth);
    }

    @Test
    void runThatIsNotThereIsNamed() throws IOException {
        writeTable(0);
        Protocol protocol = new VocSds(null);

        assertThatThrownBy(() -> EvaluateLocally.run(config(truth, table, "unpublished", protocol, ImageKey.ID)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the table %s has no published run unpublished", table);
        assertThatThrownBy(() -> EvaluateLocally.run(config(truth, folder.resolve("none"), protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("no run is published in the table %s", folder.resolve("none"));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void groundTruthAsTablesGivesTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);
        Path tables = folder.resolve("truth");
        WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.COCO);
        EvaluateLocally.run(config(truth, table, protocol));
        Map<String, String> ofJson = files();

        both(config(tables, table, protocol));

        assertThat(files()).isEqualTo(ofJson);
    }

    private Dataset<Row> rows(long seed) {
        return PredictionRows.of(spark, SCENES.detections(), seed);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void parquetFilesGiveTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        Path ranked = folder.resolve("ranked.parquet");
        rows(1).withColumnRenamed("ordinal", "instance").repartition(3).write().parquet(ranked.toString());
        Path unranked = folder.resolve("unranked.parquet");
        rows(2).drop("ordinal").repartition(2).write().parquet(unranked.toString());
        Path reordered = folder.resolve("reordered.parquet");
        rows(3).drop("ordinal")
                .selectExpr(
                        "segmentation",
                        "cast(category_id as int) category_id",
                        "score",
                        "named_struct('height', bbox.height, 'y', bbox.y, 'x', bbox.x, 'width', bbox.width) bbox",
                        "cast(image_id as string) image_id",
                        "'of another' as column")
                .coalesce(1)
                .write()
                .parquet(reordered.toString());
        List<Map<String, String>> files = new ArrayList<>();

        for (Path predictions : List.of(ranked, unranked, reordered)) {
            both(config(truth, predictions, protocol));
            files.add(files());
        }

        assertThat(files.get(2)).isEqualTo(files.get(1));
    }

    @Test
    void columnsThatWillNotDoAreNamed() throws IOException {
        Path lacking = folder.resolve("lacking.parquet");
        rows(1).select("image_id", "score").coalesce(1).write().parquet(lacking.toString());
        Path odd = folder.resolve("odd.parquet");
        rows(1).withColumn("image_id", functions.lit("three"))
                .coalesce(1)
                .write()
                .parquet(odd.toString());
        Protocol protocol = Protocol.coco(List.of(IouType.BBOX));

        assertThatThrownBy(() -> EvaluateLocally.run(config(truth, lacking, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the predictions have no column category_id; they have image_id, score");
        assertThatThrownBy(() -> EvaluateLocally.run(config(truth, odd, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessageMatching(".*/odd.parquet/part-.*parquet, row 1: image_id is \"three\"");
    }

    @Test
    void whatLiesOnThisMachineNeedsNoSparkUnlessItIsAskedFor() throws IOException {
        writeTable(0);
        EvaluateConfig first = config(truth, table, "r1", Protocol.coco(List.of(IouType.SEGM)), ImageKey.ID);
        EvaluateConfig far = config(truth, table, Protocol.coco(List.of(IouType.SEGM)));
        EvaluateConfig elsewhere =
                new EvaluateConfig(far.groundTruth(), "s3a://far/table", null, far.out(), far.protocol(), ImageKey.ID);
        String master = System.clearProperty("spark.master");
        try {
            assertThat(Engine.choose(null, first, first)).isEqualTo(Engine.LOCAL);
            assertThat(Engine.choose(Engine.SPARK, first, first)).isEqualTo(Engine.SPARK);
            assertThat(Engine.choose(null, first, elsewhere)).isEqualTo(Engine.SPARK);
            System.setProperty("spark.master", "local[*]");
            assertThat(Engine.choose(null, first, first)).isEqualTo(Engine.SPARK);
        } finally {
            System.clearProperty("spark.master");
            if (master != null) {
                System.setProperty("spark.master", master);
            }
        }
        assertThatThrownBy(() -> Engine.choose(Engine.LOCAL, first, elsewhere))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--engine local reads files of this machine, not s3a://far/table with " + truth);
    }

    @Test
    void parquetInFoldersOfFoldersIsForSpark() throws IOException {
        Path predictions = folder.resolve("predictions.parquet");
        rows(1).write().partitionBy("category_id").parquet(predictions.toString());
        EvaluateConfig config = config(truth, predictions, Protocol.coco(List.of(IouType.BBOX)));

        assertThat(Engine.canBeLocal(config)).isFalse();
        assertThatThrownBy(() -> Engine.requireLocal(config))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--engine local reads files of this machine, not %s with %s", predictions, truth);
    }
}
