package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.errors.ErrorType;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class EvaluateErrorsTest {

    private static final Scenes SCENES = Scenes.random(42, 60);
    private static final List<String> FILES =
            List.of("metrics.json", "tables/errors.parquet", "tables/confusion.parquet");

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path predictions;

    EvaluateErrorsTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        predictions = files.results("results.json.gz");
    }

    private EvaluateConfig config(String out, double score) {
        Coco coco = new Coco(
                List.of(IouType.SEGM, IouType.BBOX, IouType.BOUNDARY),
                AreaRule.COMPARED,
                Compat.NONE,
                OnFault.STOP,
                ScoreTarget.DEFAULT,
                score,
                new Extras(CocoDialect.COCO, null, null, Errors.TOLD_APART));
        return files.config(predictions, coco, out);
    }

    @Test
    void bytesAreTheSameForAnyNumberOfPartitionsAndForTheEngineOfOneProcess() throws IOException {
        Evaluation.run(new LocalEngine(), config("local", 0.5));
        String before = spark.conf().get("spark.sql.shuffle.partitions");
        try {
            for (int partitions : new int[] {1, 7}) {
                spark.conf().set("spark.sql.shuffle.partitions", partitions);
                // Ranges of three detections at least: every category is cut.
                Evaluation.run(new SparkEngine(spark, 3), config("spark" + partitions, 0.5));
            }
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", before);
        }

        for (String file : FILES) {
            assertThat(files.path("spark1").resolve(file)).hasSameBinaryContentAs(local(file));
            assertThat(files.path("spark7").resolve(file)).hasSameBinaryContentAs(local(file));
        }
    }

    private Path local(String file) {
        return files.path("local").resolve(file);
    }

    @Test
    void filesAndLinesSayWhatErrorsThereAreAndWhatTheyCost() throws IOException {
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config("local", 0.5));

        JsonNode errors = new ObjectMapper()
                .readTree(local("metrics.json").toFile())
                .get("errors")
                .get("segm");
        List<Row> rows = spark.read()
                .parquet(local("tables/errors.parquet").toString())
                .filter("iou_type = 'segm' and category_id is null")
                .collectAsList();
        assertThat(rows).hasSize(8);
        assertThat(errors.get("AP50").asDouble())
                .isBetween(0.05, 0.95)
                .isEqualTo(rows.get(0).<Double>getAs("ap50"));
        for (ErrorType error : ErrorType.values()) {
            Row row = rows.get(List.of(ErrorType.values()).indexOf(error));
            assertThat(row.<String>getAs("error")).isEqualTo(error.label());
            assertThat(errors.get("count").get(error.label()).asLong()).isEqualTo(row.<Long>getAs("count"));
            assertThat(errors.get("dAP").get(error.label()).asDouble()).isEqualTo(row.<Double>getAs("dap"));
        }
        assertThat(errors.get("dAP_special").get("FalseNeg").asDouble())
                .isEqualTo(rows.get(7).<Double>getAs("dap"));
        assertThat(spark.read()
                        .parquet(local("tables/errors.parquet").toString())
                        .filter("iou_type = 'segm' and category_id is not null")
                        .groupBy("error")
                        .sum("count")
                        .collectAsList())
                .hasSize(6)
                .allSatisfy(row -> assertThat(row.getLong(1))
                        .isEqualTo(errors.get("count").get(row.getString(0)).asLong()));
        assertThat(summary.text().lines())
                .anyMatch(line -> line.startsWith("errors of segm, by TIDE: AP50 0."))
                .anyMatch(line -> line.startsWith("confusion of bbox at score 0.5 and IoU 0.50: "));
    }

    @Test
    void sumsOfTheConfusionMatrixAreThoseOfTheCurves() throws IOException {
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config("local", -1));

        List<Row> rows = spark.read()
                .parquet(local("tables/confusion.parquet").toString())
                .filter("iou_type = 'segm'")
                .collectAsList();
        long right = 0;
        for (CategoryResult category : summary.results().get(0).categories()) {
            Long id = category.categoryId();
            long objects = category.positives(AreaRange.ALL);
            long found = Math.round(category.recall(AreaRange.ALL, Limit.HUNDRED, 0) * objects);
            assertThat(sum(rows, "truth_id", id)).isEqualTo(objects);
            assertThat(rows.stream()
                            .filter(row -> id.equals(row.getAs("truth_id")) && id.equals(row.getAs("detection_id")))
                            .mapToLong(row -> row.<Long>getAs("count"))
                            .sum())
                    .isEqualTo(found);
            right += found;
        }
        assertThat(right).isPositive();
        assertThat(rows).anyMatch(row -> row.getAs("truth") == null);
        assertThat(rows).anyMatch(row -> row.getAs("detection") == null);
    }

    private static long sum(List<Row> rows, String column, Long id) {
        return rows.stream()
                .filter(row -> id.equals(row.getAs(column)))
                .mapToLong(row -> row.<Long>getAs("count"))
                .sum();
    }

    @Test
    void errorsAreNotToldApartUnlessAskedFor() throws IOException {
        Evaluation.run(new LocalEngine(), files.config(predictions, SceneFiles.coco(Extras.NONE), "local"));

        assertThat(new ObjectMapper().readTree(local("metrics.json").toFile()).fieldNames())
                .toIterable()
                .doesNotContain("errors", "confusion");
        assertThat(Files.exists(local("tables/errors.parquet"))).isFalse();
    }
}
