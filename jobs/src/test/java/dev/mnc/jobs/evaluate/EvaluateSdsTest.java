package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.VocSds;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class EvaluateSdsTest {

    private static final Scenes SCENES = Scenes.random(42, 60);
    private static final SdsResult EXPECTED =
            SdsEvaluation.evaluate(SCENES.truth(), SCENES.detections().iterator());

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path predictions;

    EvaluateSdsTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        predictions = files.results("results.json.gz");
    }

    private EvaluationSummary evaluate(Path predictions) throws IOException {
        return Evaluation.run(new SparkEngine(spark), config(predictions, "out"));
    }

    private EvaluateConfig config(Path predictions, String out) {
        return files.config(predictions, new VocSds(null), out);
    }

    @Test
    void thresholdsOfAnEvaluationInAnotherProtocolAreTakenAway() throws IOException {
        spark.sparkContext().hadoopConfiguration().set("fs.objects.impl", "dev.mnc.jobs.store.FileWalkTest$Objects");
        for (String name : List.of("local", "spark", "far")) {
            Path out = files.path(name);
            Evaluation.run(
                    new LocalEngine(),
                    EvaluateConfig.of(files.truth().toString(), predictions.toString(), out.toString()));
            assertThat(out.resolve("min-scores-f1.conf")).exists();
            Files.writeString(out.resolve("min-scores-mine.conf"), "the user's own");

            switch (name) {
                case "local" -> Evaluation.run(new LocalEngine(), config(predictions, name));
                case "spark" -> Evaluation.run(new SparkEngine(spark), config(predictions, name));
                default ->
                    Evaluation.run(
                            new SparkEngine(spark), SceneFiles.to("objects://" + out, config(predictions, name)));
            }

            assertThat(out.resolve("min-scores-f1.conf")).doesNotExist();
            assertThat(out.resolve("min-scores-precision.conf")).doesNotExist();
            assertThat(out.resolve("min-scores-mine.conf")).exists();
        }
    }

    @Test
    void resultIsThatOfASingleProcessForAnyNumberOfPartitions() throws IOException {
        Set<String> written = new HashSet<>();
        String before = spark.conf().get("spark.sql.shuffle.partitions");
        try {
            for (int partitions : new int[] {1, 7}) {
                spark.conf().set("spark.sql.shuffle.partitions", partitions);
                spark.conf().set("spark.sql.adaptive.enabled", false);
                EvaluationSummary summary = evaluate(predictions);
                written.add(Files.readString(Path.of(summary.metricsFile()))
                        + Files.readString(Path.of(summary.curvesFile())));
                assertThat(summary.sds()).isEqualTo(EXPECTED);
                assertThat(summary.results()).isEmpty();
            }
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", before);
            spark.conf().unset("spark.sql.adaptive.enabled");
        }

        assertThat(written).hasSize(1);
        assertThat(EXPECTED.meanAveragePrecision(Threshold.SEVEN_TENTHS, Form.AREA))
                .isBetween(0.05, 0.95)
                .isLessThan(EXPECTED.meanAveragePrecision(Threshold.HALF, Form.AREA));
    }

    @Test
    void intervalsAreTheSameInBothEnginesForAnyNumberOfPartitions() throws IOException {
        Set<String> written = new HashSet<>();
        EvaluateConfig config = files.config(predictions, new VocSds(new PoissonWeights(28, 4)), "out");
        EvaluationSummary local = Evaluation.run(new LocalEngine(), config);
        written.add(Files.readString(Path.of(local.metricsFile())));
        String before = spark.conf().get("spark.sql.shuffle.partitions");
        try {
            for (int partitions : new int[] {1, 7}) {
                spark.conf().set("spark.sql.shuffle.partitions", partitions);
                written.add(Files.readString(
                        Path.of(Evaluation.run(new SparkEngine(spark), config).metricsFile())));
            }
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", before);
        }

        assertThat(written).hasSize(1);
        JsonNode metrics = new ObjectMapper().readTree(written.iterator().next());
        JsonNode mean = metrics.at("/intervals/voc-sds/mAP@0.7 area");
        assertThat(mean.get("value")).isEqualTo(metrics.at("/voc-sds/mAP@0.7/area"));
        assertThat(mean.get("standard_error").asDouble()).isBetween(0.001, 0.2);
        assertThat(metrics.at("/intervals/voc-sds/categories/1/AP@0.5 11-point/value"))
                .isEqualTo(metrics.at("/voc-sds/categories/1/AP@0.5/11-point"));
        assertThat(spark.read()
                        .parquet(files.path("out/tables/intervals.parquet").toString())
                        .filter("category_id is null and protocol = 'voc-sds'")
                        .count())
                .isEqualTo(4);
        assertThat(local.text()).contains("voc-sds: standard error and basic 95 % interval, of 28 replicates");
    }

    @Test
    void labelTableGivesTheBytesOfTheResultsFile() throws IOException {
        String metrics = Files.readString(Path.of(evaluate(predictions).metricsFile()));
        new TableWriter(files.path("table")).publish("r1", "2026-01-01T00:00:00Z", SCENES, 0);

        assertThat(Files.readString(Path.of(evaluate(files.path("table")).metricsFile())))
                .isEqualTo(metrics);
    }

    @Test
    void groundTruthAsTablesGivesTheBytesOfTheJson() throws IOException {
        String metrics = Files.readString(Path.of(evaluate(predictions).metricsFile()));
        Path tables = files.path("tables");
        WriteGroundTruth.run(spark, files.truth().toString(), tables.toString(), CocoDialect.COCO);

        EvaluationSummary summary =
                Evaluation.run(new SparkEngine(spark), files.config(tables, predictions, new VocSds(null), "out"));

        assertThat(Files.readString(Path.of(summary.metricsFile()))).isEqualTo(metrics);
    }

    @Test
    void filesHoldBothFormsOverAllAndByCategory() throws IOException {
        EvaluationSummary summary = evaluate(predictions);
        JsonNode metrics =
                new ObjectMapper().readTree(Path.of(summary.metricsFile()).toFile());
        JsonNode curves =
                new ObjectMapper().readTree(Path.of(summary.curvesFile()).toFile());
        SdsCategory one = EXPECTED.categories().get(0);

        JsonNode sds = metrics.get("voc-sds");
        for (Form form : Form.values()) {
            assertThat(sds.get("mAP@0.5").get(form.label()).asDouble())
                    .isEqualTo(EXPECTED.meanAveragePrecision(Threshold.HALF, form));
            assertThat(sds.get("categories")
                            .get(0)
                            .get("AP@0.7")
                            .get(form.label())
                            .asDouble())
                    .isEqualTo(one.averagePrecision(Threshold.SEVEN_TENTHS, form));
        }
        assertThat(sds.get("categories")).hasSize(5);
        assertThat(sds.get("categories").get(0).get("name").asText()).isEqualTo("one");
        assertThat(sds.get("categories").get(0).get("positives").asLong()).isEqualTo(one.positives());
        assertThat(sds.get("categories").get(0).get("detections").asLong()).isEqualTo(one.detections());
        assertThat(metrics.get("unlisted_categories")).isEmpty();
        assertThat(curves.get("recalls")).hasSize(11);
        assertThat(curves.get("iou_thresholds").toString()).isEqualTo("[0.5,0.7]");
        JsonNode precision = curves.get("voc-sds").get("categories").get(0).get("precision");
        assertThat(precision.get(1).get(2).asDouble())
                .isEqualTo(one.sevenTenths().atRecalls().get(2));
    }

    @Test
    void summaryIsTheTableOfTheProtocol() throws IOException {
        EvaluationSummary summary = evaluate(predictions);

        assertThat(summary.text()).startsWith(String.format("voc-sds%n") + EXPECTED.table() + "metrics  ");
        assertThat(summary.json())
                .isEqualTo(Map.of(
                        "voc-sds",
                        Map.of(
                                "mAP@0.5", forms(Threshold.HALF),
                                "mAP@0.7", forms(Threshold.SEVEN_TENTHS))));
    }

    private static Map<String, Double> forms(Threshold threshold) {
        return Map.of(
                "11-point", EXPECTED.meanAveragePrecision(threshold, Form.ELEVEN_POINT),
                "area", EXPECTED.meanAveragePrecision(threshold, Form.AREA));
    }

    @Test
    void summaryOfNoProtocolIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EvaluationSummary(
                        List.of(), List.of(), null, Map.of(), Map.of(), null, List.of(), "m", "c"))
                .withMessage("an evaluation follows one protocol, got 0 results and null");
    }
}
