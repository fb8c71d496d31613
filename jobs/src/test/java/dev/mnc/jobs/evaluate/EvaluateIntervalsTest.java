package dev.mnc.jobs.evaluate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The intervals of numbers, from files to files. */
@Tag("spark")
class EvaluateIntervalsTest {

    private static final Scenes SCENES = Scenes.random(42, 60);

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path predictions;

    EvaluateIntervalsTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        predictions = files.results("results.json");
    }

    private static final MetricGrid LISTS = MetricGrid.of(
            List.of(0.4, 0.6), List.of(new AreaBounds("any", 0, 1e10), new AreaBounds("tiny", 0, 100)), List.of(2, 30));

    private Protocol protocol() throws IOException {
        StringBuilder sites = new StringBuilder("image_id,site\n");
        SCENES.truth()
                .images()
                .forEach(image -> sites.append(image.id()).append(image.id() % 3 == 0 ? ",north\n" : ",south\n"));
        Path table = Files.writeString(files.path("sites.csv"), sites.toString());
        Slicing slicing = new Slicing(table.toString(), List.of("site"));
        return SceneFiles.coco(
                new Extras(CocoDialect.COCO, LISTS, slicing, Errors.TOLD_APART, new PoissonWeights(27, 3)));
    }

    private EvaluateConfig config(String out) throws IOException {
        return files.config(predictions, protocol(), out);
    }

    @Test
    void bytesAreTheSameForAnyNumberOfPartitionsAndForTheEngineOfOneProcess() throws IOException {
        Set<String> metrics = new HashSet<>();
        Set<String> tables = new HashSet<>();
        String before = spark.conf().get("spark.sql.shuffle.partitions");
        try {
            for (int partitions : new int[] {1, 7, 50}) {
                spark.conf().set("spark.sql.shuffle.partitions", partitions);
                String out = "out" + partitions;
                // Once no category is cut, else every one.
                Evaluation.run(new SparkEngine(spark, partitions == 1 ? 1 << 14 : 3), config(out));
                metrics.add(Files.readString(files.path(out).resolve("metrics.json")));
                tables.add(tables(files.path(out)));
            }
        } finally {
            spark.conf().set("spark.sql.shuffle.partitions", before);
        }
        Evaluation.run(new LocalEngine(), config("local"));
        Path local = files.path("local");
        metrics.add(Files.readString(local.resolve("metrics.json")));
        tables.add(tables(local));

        assertThat(metrics).hasSize(1);
        assertThat(tables).hasSize(1);
    }

    private static final List<String> TABLES = List.of(
            "intervals",
            "slice_intervals",
            "list_intervals",
            "error_intervals",
            "threshold_intervals",
            "calibration_intervals",
            "false_alarm_intervals");

    private static String tables(Path out) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String table : TABLES) {
            all.append(Files.readString(out.resolve("tables/" + table + ".parquet"), ISO_8859_1));
        }
        return all.toString();
    }

    @Test
    void everyKindOfNumberHasIntervals() throws IOException {
        Path out = files.path("local");
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config("local"));

        JsonNode all = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
        JsonNode intervals = all.get("intervals");
        JsonNode list = intervals.get("lists").get(0);
        assertThat(list.get("area").asText()).isEqualTo("any");
        assertThat(list.get("max_detections").asInt()).isEqualTo(2);
        assertThat(list.get("iou").isNull()).isTrue();
        assertSure(list.get("AP"), all.at("/lists/segm/0/AP"));
        assertSure(list.at("/categories/1/AR"), all.at("/lists/segm/0/categories/1/AR"));
        assertThat(intervals.at("/lists/2/iou").asDouble()).isEqualTo(0.6);
        assertSure(intervals.at("/lists/2/AP"), all.at("/lists/segm/0/AP_by_iou/1"));
        JsonNode errors = intervals.get("errors").get(1);
        assertThat(errors.get("iou_type").asText()).isEqualTo("bbox");
        assertSure(errors.get("dAP Loc"), all.at("/errors/bbox/dAP/Loc"));
        assertSure(errors.get("dAP FalseNeg"), all.at("/errors/bbox/dAP_special/FalseNeg"));
        assertSure(
                intervals.at("/thresholds/0/categories/0/max_f1 precision"),
                all.at("/thresholds/segm/0/max_f1/precision"));
        assertSure(intervals.at("/calibration/0/ece"), all.at("/calibration/segm/ece"));
        assertSure(intervals.at("/calibration/1/categories/2/mce"), all.at("/calibration/bbox/categories/2/mce"));
        assertThat(spark.read()
                        .parquet(out.resolve("tables/list_intervals.parquet").toString())
                        .filter("iou = 0.6 and metric = 'AP' and category_id is null")
                        .count())
                .isEqualTo(2 * 2 * 2);
        assertThat(summary.text())
                .contains(
                        "iou_type segm, area any, max_detections 2: AP 0.",
                        "errors of bbox, by TIDE",
                        " dAP FalsePos 0.");
    }

    /** Requires an interval of the number that stands elsewhere in the file. */
    private static void assertSure(JsonNode interval, JsonNode value) {
        assertThat(value.isNumber()).isTrue();
        assertThat(interval.get("value").asDouble()).isEqualTo(value.asDouble());
        assertThat(interval.get("standard_error").asDouble()).isBetween(0.0005, 0.3);
        assertThat(interval.get("low").asDouble())
                .isLessThan(interval.get("high").asDouble());
    }

    @Test
    void intervalsStandInMetricsAndTablesAndAreToldWithWhyTheyAreBasic() throws IOException {
        Path out = files.path("local");
        EvaluationSummary summary = Evaluation.run(new LocalEngine(), config("local"));

        JsonNode intervals = new ObjectMapper()
                .readTree(out.resolve("metrics.json").toFile())
                .get("intervals");
        assertThat(intervals.get("method").asText()).isEqualTo(IntervalFinding.METHOD);
        assertThat(intervals.get("replicates").asInt()).isEqualTo(27);
        assertThat(intervals.get("seed").asInt()).isEqualTo(3);
        JsonNode average = intervals.get("segm").get("AP");
        assertThat(average.get("low").asDouble())
                .isLessThan(average.get("value").asDouble());
        assertThat(average.get("high").asDouble())
                .isGreaterThan(average.get("value").asDouble());
        assertThat(average.get("standard_error").asDouble()).isBetween(0.005, 0.2);
        assertThat(intervals.get("bbox").get("categories").get(4).get("AP").isNull())
                .isTrue();
        JsonNode slice = intervals.get("slices").get(0);
        assertThat(slice.get("slice").asText()).isEqualTo("north");
        assertThat(slice.get("AP").get("standard_error").asDouble())
                .isGreaterThan(average.get("standard_error").asDouble());
        Dataset<Row> rows =
                spark.read().parquet(out.resolve("tables/intervals.parquet").toString());
        assertThat(rows.count()).isEqualTo(2 * 12 * 6);
        Row row = rows.filter("iou_type = 'segm' and metric = 'AP' and category_id is null")
                .first();
        assertThat(row.<Double>getAs("high")).isEqualTo(average.get("high").asDouble());
        assertThat(spark.read()
                        .parquet(out.resolve("tables/slice_intervals.parquet").toString())
                        .count())
                .isEqualTo(2 * 2 * 12);
        assertThat(summary.text())
                .contains(
                        "segm: standard error and basic 95 % interval, of 27 replicates",
                        "percentile intervals would be shifted upwards");
    }

    @Test
    void refusesWhatCannotBeMeantSo() {
        assertThat(Bootstraps.weights(null, null)).isNull();
        assertThat(Bootstraps.weights(Integer.valueOf(100), 5L)).isEqualTo(new PoissonWeights(100, 5));
        assertThatThrownBy(() -> Bootstraps.weights(null, 5L))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--seed 5 is for --bootstrap");
        assertThatThrownBy(() -> Bootstraps.weights(Integer.valueOf(1), null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--bootstrap takes at least 2 replicates, got 1");
    }
}
