package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.LabelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class EvaluationTest {

    private static final Scenes SCENES = Scenes.random(42, 60);
    private static final Protocol USUAL = Protocol.coco(List.of(IouType.SEGM, IouType.BBOX));

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path truth;

    EvaluationTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        truth = files.truth();
    }

    @Test
    void bytesOfTheResultAreTheSameForAnyNumberOfPartitionsAndForTheEngineOfOneProcess() throws IOException {
        Path predictions = results(SCENES.detections());
        List<Map<String, String>> results = new ArrayList<>();
        String before = spark.conf().get("spark.sql.shuffle.partitions");
        try {
            for (int partitions : new int[] {1, 7, 200}) {
                spark.conf().set("spark.sql.shuffle.partitions", partitions);
                spark.conf().set("spark.sql.adaptive.enabled", partitions == 7);
                String out = "out" + partitions;
                // Ranges of three detections at least: every category is cut, also between detections of one score.
                Evaluation.run(new SparkEngine(spark, 3), files.config(predictions, USUAL, out));
                results.add(files.hashes(out));
            }
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", before);
            spark.conf().unset("spark.sql.adaptive.enabled");
        }
        Evaluation.run(new LocalEngine(), files.config(predictions, USUAL, "local"));

        assertThat(files.hashes("local")).containsOnlyKeys(FILES);
        assertThat(results).hasSize(3).containsOnly(files.hashes("local"));
    }

    private static final String[] FILES = {
        "curves.json",
        "metrics.json",
        "min-scores-f1.conf",
        "min-scores-precision.conf",
        "tables/calibration.parquet",
        "tables/categories.parquet",
        "tables/false_alarms.parquet",
        "tables/pr_curves.parquet",
        "tables/reliability.parquet",
        "tables/summary.parquet",
        "tables/thresholds.parquet",
        "tables/worst_images.parquet"
    };

    @Test
    void tablesOfAnEarlierEvaluationAreTakenAway() throws IOException {
        Path tables = Files.createDirectories(files.path("out/tables"));
        Files.writeString(tables.resolve("confusion.parquet"), "of another run");
        Files.writeString(tables.resolve("notes.txt"), "the user's own");

        Evaluation.run(new LocalEngine(), config(results(SCENES.detections())));

        assertThat(tables.resolve("confusion.parquet")).doesNotExist();
        assertThat(tables.resolve("notes.txt")).exists();
    }

    @Test
    void filesGoToAnyFileSystem() throws IOException {
        spark.sparkContext().hadoopConfiguration().set("fs.objects.impl", "dev.mnc.jobs.store.FileWalkTest$Objects");
        Path far = files.path("far");
        Files.createDirectories(far.resolve("tables"));
        Files.writeString(far.resolve("tables/confusion.parquet"), "of another run");
        Files.writeString(far.resolve("min-scores-f1.conf"), "of another run");
        Path predictions = results(SCENES.detections());
        Evaluation.run(new LocalEngine(), config(predictions));

        Evaluation.run(new SparkEngine(spark), EvaluateConfig.of(text(truth), text(predictions), "objects://" + far));

        assertThat(files.hashes("far")).isEqualTo(files.hashes("out"));
    }

    private List<Row> table(Path out, String name, String filter) {
        return spark.read()
                .parquet(text(out.resolve("tables").resolve(name + ".parquet")))
                .filter(filter)
                .collectAsList();
    }

    @Test
    void tablesHoldWhatTheFilesHold() throws IOException {
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config(results(SCENES.detections())));
        Path out = files.path("out");
        JsonNode metrics =
                new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
        JsonNode curves = new ObjectMapper().readTree(out.resolve("curves.json").toFile());
        CategoryResult two = summary.results().get(1).categories().get(1);

        List<Row> numbers = table(out, "summary", "iou_type = 'bbox'");
        assertThat(numbers).hasSize(12);
        numbers.forEach(row -> assertThat(row.<Double>getAs("value"))
                .isEqualTo(metrics.get("bbox").get(row.<String>getAs("metric")).asDouble()));
        List<Row> ap = table(
                out,
                "categories",
                "iou_type = 'bbox' and category = 'two' and area = 'medium' and max_detections = 100");
        assertThat(ap).hasSize(10);
        assertThat(ap.get(3).<Double>getAs("ap")).isEqualTo(two.averagePrecision(AreaRange.MEDIUM, 3));
        assertThat(ap.get(3).<Double>getAs("ar")).isEqualTo(two.recall(AreaRange.MEDIUM, Limit.HUNDRED, 3));
        List<Row> points = table(out, "pr_curves", "iou_type = 'bbox' and category_id = 2 and area = 'all'");
        assertThat(points).hasSize(1010);
        JsonNode curve = curves.get("bbox").get("categories").get(1);
        for (int point = 0; point < points.size(); point++) {
            Row row = points.get(point);
            double score = curve.get("scores").get(point / 101).get(point % 101).asDouble();
            assertThat(row.<Double>getAs("precision"))
                    .isEqualTo(curve.get("precision")
                            .get(point / 101)
                            .get(point % 101)
                            .asDouble());
            assertThat(row.<Double>getAs("score"))
                    .isEqualTo(row.<Double>getAs("precision") == 0 ? null : (Double) score);
        }
        JsonNode best = metrics.get("thresholds").get("bbox").get(1).get("max_f1");
        Row threshold = table(out, "thresholds", "iou_type = 'bbox' and category_id = 2 and rule = 'max_f1'")
                .get(0);
        assertThat(threshold.<Double>getAs("score")).isEqualTo(best.get("score").asDouble());
        assertThat(threshold.<Double>getAs("f1")).isEqualTo(best.get("f1").asDouble());
        assertThat(table(out, "thresholds", "category = 'never annotated'")).isEmpty();
        JsonNode all = metrics.get("calibration").get("bbox");
        assertThat(table(out, "calibration", "iou_type = 'bbox' and category_id is null")
                        .get(0)
                        .<Double>getAs("ece"))
                .isEqualTo(all.get("ece").asDouble());
        assertThat(table(out, "reliability", "iou_type = 'bbox' and category_id is null and detections > 0"))
                .extracting(row -> row.<Double>getAs("mean_score"))
                .contains(all.get("bins").get(9).get("mean_score").asDouble());
    }

    @Test
    void thresholdsAreSettingsOfTheLabelCommand() throws IOException {
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config(results(SCENES.detections())));
        for (String rule : List.of("f1", "precision")) {
            Path conf = files.path("out/min-scores-" + rule + ".conf");
            Map<Long, Double> expected = new TreeMap<>();
            for (CategoryResult category : summary.results().get(0).categories()) {
                ScoreThreshold threshold = rule.equals("f1")
                        ? category.scores().thresholds().highestF1()
                        : category.scores().thresholds().atPrecision();
                if (threshold != null) {
                    expected.put(category.categoryId(), threshold.score());
                }
            }

            LabelConfig label =
                    Settings.of(ConfigFactory.parseFile(conf.toFile())).read("label", LabelConfig::from);

            assertThat(label.minScores().byCategory()).isEqualTo(expected).isNotEmpty();
            assertThat(Files.readString(conf)).contains("  # 4 (never annotated): none\n");
        }
    }

    @Test
    void categoriesAndImagesWithoutGroundTruthAreTold() throws IOException {
        Evaluation.run(new LocalEngine(), config(results(SCENES.detections())));
        Path out = files.path("out");
        JsonNode metrics =
                new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
        List<Detection> ofNothing = SCENES.detections().stream()
                .filter(detection -> detection.categoryId() == 4)
                .toList();
        long atScore =
                ofNothing.stream().filter(detection -> detection.score() >= 0.5).count();

        JsonNode alarms = metrics.get("false_alarms").get("segm");
        assertThat(alarms.get("images").asLong()).isEqualTo(60);
        assertThat(alarms.get("categories_without_ground_truth")).hasSize(1);
        JsonNode never = alarms.get("categories_without_ground_truth").get(0);
        assertThat(never.get("name").asText()).isEqualTo("never annotated");
        assertThat(never.get("detections").asLong()).isEqualTo(ofNothing.size());
        assertThat(never.get("at_score").asLong()).isEqualTo(atScore).isPositive();
        assertThat(table(out, "worst_images", "category_id = 4 and place = 1 and iou_type = 'segm'")
                        .get(0)
                        .<Long>getAs("wrong"))
                .isEqualTo(1);
    }

    @Test
    void plainFilesAreReadInBlocksAndGiveTheSameBytes() throws IOException {
        Path plain = files.results("results.json");
        Path unusual = files.path("unusual.json");
        Files.writeString(
                unusual, Files.readString(plain).replaceFirst("\"score\":", "\"note\":\"\\\\u00e9\",\"score\":"));
        Set<String> metrics = new HashSet<>();

        for (Path file : List.of(results(SCENES.detections()), plain, unusual)) {
            EvaluationSummary summary = Evaluation.run(new SparkEngine(spark), config(file));
            metrics.add(Files.readString(Path.of(summary.metricsFile())));
        }

        assertThat(metrics).hasSize(1);
    }

    @Test
    void groundTruthAsTablesGivesTheBytesOfTheJson() throws IOException {
        Path predictions = results(SCENES.detections());
        Path tables = files.path("tables");
        WriteGroundTruth.Summary written = WriteGroundTruth.run(spark, text(truth), text(tables), CocoDialect.COCO);
        EvaluationSummary ofJson = Evaluation.run(new SparkEngine(spark), config(predictions));
        String metrics = Files.readString(Path.of(ofJson.metricsFile()));

        EvaluationSummary ofTables =
                Evaluation.run(new SparkEngine(spark), files.config(tables, predictions, USUAL, "out"));

        assertThat(Files.readString(Path.of(ofTables.metricsFile()))).isEqualTo(metrics);
        assertThat(written)
                .isEqualTo(new WriteGroundTruth.Summary(
                        60, SCENES.truth().annotations().size(), 5));
    }

    @Test
    void parquetInAnyOrderOfFilesAndRowsGivesTheSameBytes() throws IOException {
        Set<String> metrics = new HashSet<>();
        for (int seed = 0; seed < 2; seed++) {
            Path predictions = files.path("predictions" + seed + ".parquet");
            ShuffledRows.of(spark, SCENES.detections(), seed)
                    .drop("ordinal")
                    .repartition(2 + seed)
                    .write()
                    .parquet(text(predictions));
            EvaluationSummary summary = Evaluation.run(new SparkEngine(spark), config(predictions));
            metrics.add(Files.readString(Path.of(summary.metricsFile())));
            assertThat(summary.results().get(0).metric(Metric.AP)).isBetween(0.05, 0.95);
        }

        assertThat(metrics).hasSize(1);
    }

    @Test
    void entriesThatCannotBeUsedAreNamedOrCountedByBothEngines() throws IOException {
        List<Detection> detections = new ArrayList<>(SCENES.detections());
        GroundTruth.Image image = SCENES.truth().images().get(1);
        Segmentation shortRuns = new Segmentation.Compressed(image.height(), image.width(), "f04");
        detections.add(0, new Detection(0, image.id(), 1, 0.5, null, shortRuns));
        detections.add(new Detection(0, 77, 1, 0.5, new Box(1, 2, 3, 4), null));
        detections.add(new Detection(0, image.id(), 1, Double.NaN, new Box(1, 2, 3, 4), null));
        Path predictions = files.results("faulty.json", detections);
        String json = Files.readString(predictions).replace("\"NaN\"", "NaN");
        Files.writeString(predictions, json.substring(0, json.length() - 1) + ",{\"image_id\":1}]");

        String named = predictions + ": [" + detections.size() + "] has no category_id";
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(predictions)))
                .hasMessage(named);
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(predictions)))
                .hasMessage(named);
        Files.writeString(predictions, json);
        String first = predictions + ": [0] (image " + image.id() + "): runs cover 26 px, but the image is 120 x 160"
                + " (height x width) = 19200 px";
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(predictions)))
                .hasMessage(first);
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(predictions)))
                .hasMessage(first);
        Files.writeString(predictions, json.substring(0, json.length() - 1) + ",{\"image_id\":1}]");
        EvaluateConfig lenient = files.config(
                predictions,
                new Coco(List.of(IouType.SEGM, IouType.BBOX), AreaRule.COMPARED, Compat.NONE, OnFault.LEAVE_OUT),
                "lenient");
        assertThat(SceneFiles.both(lenient).leftOut())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "detections.unreadable", 1L,
                        "detections.malformed_mask", 2L,
                        "detections.unknown_image", 1L,
                        "detections.score_is_nan", 2L));
    }

    @Test
    void everyNumberIsTheOneOfASingleProcess() throws IOException {
        EvaluationSummary summary = Evaluation.run(new SparkEngine(spark), config(results(SCENES.detections())));

        assertThat(summary.results()).extracting(EvaluationResult::type).containsExactly(IouType.SEGM, IouType.BBOX);
        for (EvaluationResult result : summary.results()) {
            EvaluationResult expected = expected(result.type(), DetectionArea.COMPARED);
            assertThat(result.metrics()).isEqualTo(expected.metrics());
            assertThat(expected.metric(Metric.AP)).isBetween(0.05, 0.95);
            assertThat(result.categories())
                    .extracting(CategoryResult::categoryId)
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void filesHoldNumbersCategoriesAndCurves() throws IOException {
        EvaluationSummary summary = Evaluation.run(new SparkEngine(spark), config(results(SCENES.detections())));
        JsonNode metrics =
                new ObjectMapper().readTree(Path.of(summary.metricsFile()).toFile());
        JsonNode curves =
                new ObjectMapper().readTree(Path.of(summary.curvesFile()).toFile());
        EvaluationResult expected = expected(IouType.SEGM, DetectionArea.COMPARED);
        CategoryResult one = expected.categories().get(0);

        for (Metric metric : Metric.values()) {
            assertThat(metrics.get("segm").get(metric.name()).asDouble()).isEqualTo(expected.metric(metric));
        }
        JsonNode category = metrics.get("categories").get("segm").get(0);
        assertThat(category.get("name").asText()).isEqualTo("one");
        assertThat(category.get("positives").asLong()).isEqualTo(one.positives(AreaRange.ALL));
        assertThat(category.get("AP50").asDouble()).isEqualTo(one.metrics().get(Metric.AP50));
        assertThat(curves.get("recalls")).hasSize(101);
        JsonNode curve = curves.get("segm").get("categories").get(0);
        assertThat(curve.get("precision").get(5).get(30).asDouble()).isEqualTo(one.precision(AreaRange.ALL, 5, 30));
        assertThat(curve.get("scores").get(5).get(30).asDouble()).isEqualTo(one.score(AreaRange.ALL, 5, 30));
        assertThat(curves.get("segm").get("precision").get(0).get(10).asDouble())
                .isEqualTo(expected.precision(0, 10));
    }

    @Test
    void labelTableGivesTheBytesOfTheResultsFile() throws IOException {
        Path table = files.path("table");
        TableWriter writer = new TableWriter(table);
        writer.publish("r1", "2026-01-01T00:00:00Z", Scenes.random(1, 60), 0);
        writer.publish("r2", "2026-01-02T00:00:00Z", SCENES, 0);
        writer.write("unpublished", Scenes.random(2, 60), 0);

        EvaluationSummary fromFile = Evaluation.run(new SparkEngine(spark), config(results(SCENES.detections())));
        String metrics = Files.readString(Path.of(fromFile.metricsFile()));
        EvaluationSummary newest = Evaluation.run(new SparkEngine(spark), config(table));

        assertThat(Files.readString(Path.of(newest.metricsFile()))).isEqualTo(metrics);
        assertThat(newest.coverage()).isEqualTo(new Coverage(60, 60, 0));
        EvaluationSummary first = Evaluation.run(
                new SparkEngine(spark),
                SceneFiles.ofRun("r1", files.config(table, Protocol.coco(List.of(IouType.SEGM)), "out")));
        assertThat(first.results().get(0).metric(Metric.AP))
                .isNotEqualTo(newest.results().get(0).metric(Metric.AP));
    }

    @Test
    void imagesLabelledFromAFolderAreFoundByName() throws IOException {
        Path table = files.path("table");
        new TableWriter(table).publish("r1", "2026-01-01T00:00:00Z", SCENES, 500_000);
        EvaluateConfig byName = SceneFiles.byName(files.config(table, Protocol.coco(List.of(IouType.SEGM)), "out"));

        EvaluationSummary summary = Evaluation.run(new SparkEngine(spark), byName);

        assertThat(summary.results().get(0).metrics())
                .isEqualTo(expected(IouType.SEGM, DetectionArea.COMPARED).metrics());
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(table)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(
                        "none of the 60 labelled images of %s is among the 60 of %s (e.g. id 1000, file name 000.jpg)",
                        table, truth);
    }

    @Test
    void areaOfTheBoxCountsWhenAskedToDoAsPycocotools() throws IOException {
        List<Detection> tall = SCENES.detections().stream()
                .map(d -> new Detection(
                        d.ordinal(), d.imageId(), d.categoryId(), d.score(), new Box(0, 0, 1, 1), d.segmentation()))
                .toList();
        EvaluateConfig config = files.config(
                results(tall), new Coco(List.of(IouType.SEGM), AreaRule.PYCOCOTOOLS, Compat.NONE, OnFault.STOP), "out");

        EvaluationResult result =
                Evaluation.run(new SparkEngine(spark), config).results().get(0);

        EvaluationResult expected =
                CocoEvaluation.evaluate(SCENES.truth(), tall.iterator(), IouType.SEGM, DetectionArea.BOX);
        assertThat(result.metrics()).isEqualTo(expected.metrics());
        assertThat(result.metric(Metric.APm))
                .isNotEqualTo(expected(IouType.SEGM, DetectionArea.COMPARED).metric(Metric.APm));
    }

    @Test
    void detectionOfAnUnknownImageStopsTheJobByName() throws IOException {
        List<Detection> detections = new ArrayList<>(SCENES.detections());
        detections.add(new Detection(0, 77, 1, 0.5, null, Segmentation.ofRings(new double[] {1, 1, 1, 5, 5, 5})));
        Path predictions = results(detections);

        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(predictions)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(
                        "%s: [%d] (image 77): the ground truth does not list its image",
                        predictions, detections.size() - 1);
    }

    @Test
    void missingFileIsNoticedBeforeAnyTask() {
        Path missing = files.path("missing.json");

        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(missing)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void malformedMaskStopsOnlyWhoeverComparesMasks() throws IOException {
        GroundTruth.Image image = SCENES.truth().images().get(1);
        Detection bad = new Detection(
                0,
                image.id(),
                1,
                2.0,
                new Box(1, 2, 3, 4),
                new Segmentation.Compressed(image.height(), image.width(), "f04"));
        Path predictions = results(List.of(bad));

        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(predictions)))
                .hasMessageContaining("results.json.gz: [0] (image 993): runs cover 26 px");
        EvaluateConfig boxes = files.config(predictions, Protocol.coco(List.of(IouType.BBOX)), "out");
        assertThat(Evaluation.run(new SparkEngine(spark), boxes)
                        .results()
                        .get(0)
                        .metric(Metric.AP))
                .isZero();
    }

    private static EvaluationResult expected(IouType type, DetectionArea area) {
        return CocoEvaluation.evaluate(SCENES.truth(), SCENES.detections().iterator(), type, area);
    }

    private EvaluateConfig config(Path predictions) {
        return files.config(predictions, USUAL, "out");
    }

    private Path results(List<Detection> detections) throws IOException {
        return files.results("results.json.gz", detections);
    }

    private static String text(Path path) {
        return path.toString();
    }
}
