package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.VocSds;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Evaluations of Parquet: label tables, predictions, ground truth. Both engines read it and give the same bytes. */
@Tag("spark")
class EvaluateTablesTest {

    private static final Scenes SCENES = Scenes.random(42, 60);

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path truth;
    private final Path table;

    EvaluateTablesTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        truth = files.truth();
        table = files.path("table");
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

    private EvaluateConfig config(Path groundTruth, Path predictions, Protocol protocol) {
        return files.config(groundTruth, predictions, protocol, "out");
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void newestLabelsOfATableGiveTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);

        EvaluationSummary summary = SceneFiles.both(config(truth, table, protocol));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void oneRunOfATableGivesTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);

        EvaluationSummary summary = SceneFiles.both(SceneFiles.ofRun("r1", config(truth, table, protocol)));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
        assertThat(summary.json())
                .isNotEqualTo(Evaluation.run(new LocalEngine(), config(truth, table, protocol))
                        .json());
    }

    @Test
    void imagesAreFoundByNameInBothEngines() throws IOException {
        writeTable(500_000);
        Protocol protocol = Protocol.coco(List.of(IouType.SEGM));

        EvaluationSummary summary = SceneFiles.both(SceneFiles.byName(config(truth, table, protocol)));

        assertThat(summary.coverage()).isEqualTo(new Coverage(60, 60, 20));
        assertThat(summary.results().get(0).metric(Metric.AP)).isBetween(0.05, 0.95);
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(truth, table, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(
                        "none of the 80 labelled images of %s is among the 60 of %s (e.g. id 1000, file name 000.jpg)",
                        table, truth);
    }

    @Test
    void twoImagesOfTheTableThatAreOneOfTheTruthAreNamedByBothEngines() throws IOException {
        TableWriter writer = new TableWriter(table);
        writer.publish("r1", "2026-01-01T00:00:00Z", SCENES, 0);
        Scenes renamed = SCENES.inFolder("other");
        writer.publish("r2", "2026-01-02T00:00:00Z", renamed, 0);
        EvaluateConfig config = config(truth, table, Protocol.coco(List.of(IouType.BBOX)));

        for (Engine engine : List.of(new LocalEngine(), new SparkEngine(spark))) {
            assertThatThrownBy(() -> Evaluation.run(engine, config))
                    .isInstanceOf(OperatorException.class)
                    .hasMessageMatching(
                            "\\Q%s\\E has labels of two images for image \\d+ of \\Q%s\\E:".formatted(table, truth)
                                    + " file:/corpus/(\\d+).jpg and file:/corpus/other/\\1.jpg");
        }
    }

    @Test
    void namesOfTwoImagesAreNoKeyInBothEngines() throws IOException {
        writeTable(0);
        Path repeated = files.path("repeated.json");
        List<GroundTruth.Image> images = new ArrayList<>(SCENES.truth().images());
        images.add(new GroundTruth.Image(7, images.get(0).fileName(), 10, 10));
        CocoJson.write(new GroundTruth(images, SCENES.truth().categories(), List.of()), repeated);
        EvaluateConfig config = SceneFiles.byName(config(repeated, table, Protocol.coco(List.of(IouType.BBOX))));

        for (Engine engine : List.of(new LocalEngine(), new SparkEngine(spark))) {
            assertThatThrownBy(() -> Evaluation.run(engine, config))
                    .isInstanceOf(UnreadableDatasetException.class)
                    .hasMessage("%s: images 7 and 1000 have the same file_name \"000.jpg\"", repeated);
        }
    }

    @Test
    void runThatIsNotThereIsNamed() throws IOException {
        writeTable(0);
        Protocol protocol = new VocSds(null);

        assertThatThrownBy(() -> Evaluation.run(
                        new LocalEngine(), SceneFiles.ofRun("unpublished", config(truth, table, protocol))))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the table %s has no published run unpublished", table);
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(truth, files.path("none"), protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("no run is published in the table %s", files.path("none"));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void groundTruthAsTablesGivesTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        writeTable(0);
        Path tables = files.path("truth");
        WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.COCO);
        Evaluation.run(new LocalEngine(), config(truth, table, protocol));
        Map<String, String> ofJson = files.hashes("out");

        SceneFiles.both(config(tables, table, protocol));

        assertThat(files.hashes("out")).isEqualTo(ofJson);
    }

    private Dataset<Row> rows(long seed) {
        return ShuffledRows.of(spark, SCENES.detections(), seed);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void parquetFilesGiveTheSameBytesInBothEngines(Protocol protocol) throws IOException {
        Path ranked = files.path("ranked.parquet");
        rows(1).withColumnRenamed("ordinal", "instance").repartition(3).write().parquet(ranked.toString());
        Path unranked = files.path("unranked.parquet");
        rows(2).drop("ordinal").repartition(2).write().parquet(unranked.toString());
        Path reordered = files.path("reordered.parquet");
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
        List<Map<String, String>> written = new ArrayList<>();

        for (Path predictions : List.of(ranked, unranked, reordered)) {
            SceneFiles.both(config(truth, predictions, protocol));
            written.add(files.hashes("out"));
        }

        assertThat(written.get(2)).isEqualTo(written.get(1));
    }

    @Test
    void columnsThatWillNotDoAreNamed() throws IOException {
        Path lacking = files.path("lacking.parquet");
        rows(1).select("image_id", "score").coalesce(1).write().parquet(lacking.toString());
        Path odd = files.path("odd.parquet");
        rows(1).withColumn("image_id", functions.lit("three"))
                .coalesce(1)
                .write()
                .parquet(odd.toString());
        Protocol protocol = Protocol.coco(List.of(IouType.BBOX));

        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(truth, lacking, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the predictions have no column category_id; they have image_id, score");
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(truth, odd, protocol)))
                .isInstanceOf(OperatorException.class)
                .hasMessageMatching(".*/odd.parquet/part-.*parquet, row 1: image_id is \"three\"");
    }
}
