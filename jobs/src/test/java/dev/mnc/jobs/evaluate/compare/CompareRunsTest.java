package dev.mnc.jobs.evaluate.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.LocalEngine;
import dev.mnc.jobs.evaluate.SceneFiles;
import dev.mnc.jobs.evaluate.Scenes;
import dev.mnc.jobs.evaluate.SparkEngine;
import dev.mnc.jobs.evaluate.TableWriter;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class CompareRunsTest {

    private static final Scenes SCENES = Scenes.random(42, 60);

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path truth;

    CompareRunsTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        truth = files.truth();
    }

    /** The same detections but for every third, which is lost. */
    private static List<Detection> poorer() {
        return SCENES.detections().stream()
                .filter(detection -> Math.floorMod(Double.hashCode(detection.score()) + detection.ordinal(), 3) != 0)
                .toList();
    }

    private CompareConfig config(
            String a, String b, @Nullable String runA, @Nullable String runB, String out, int replicates) {
        Coco protocol = SceneFiles.coco(
                new Extras(CocoDialect.COCO, null, null, Errors.COUNTED, new PoissonWeights(replicates, 1)));
        String to = files.path(out).toString();
        return new CompareConfig(
                new EvaluateConfig(truth.toString(), a, runA, to + "/a", protocol, ImageKey.ID),
                new EvaluateConfig(truth.toString(), b, runB, to + "/b", protocol, ImageKey.ID),
                to);
    }

    @Test
    void tellsTheBetterRunInBothDirectionsAndWritesWhatItFound() throws IOException {
        String good = files.results("good.json").toString();
        String poor = files.results("poor.json", poorer()).toString();

        RunComparison better = CompareRuns.run(new LocalEngine(), config(poor, good, null, null, "better", 100));
        RunComparison worse = CompareRuns.run(new LocalEngine(), config(good, poor, null, null, "worse", 100));

        assertThat(better.lines())
                .containsPattern("segm: B is better by 0\\.\\d{3} mask AP \\(95 % 0\\.\\d{3} to 0\\.\\d{3}\\)");
        assertThat(worse.lines())
                .containsPattern("bbox: A is better by 0\\.\\d{3} box AP \\(95 % 0\\.\\d{3} to 0\\.\\d{3}\\)");
        JsonNode one = json("better").get("segm").get("AP");
        JsonNode other = json("worse").get("segm").get("AP");
        assertThat(one.get("verdict").asText()).isEqualTo("b_better");
        assertThat(one.get("difference").asDouble())
                .isEqualTo(one.get("b").asDouble() - one.get("a").asDouble());
        assertThat(one.get("share_b_above_a").asDouble()).isGreaterThan(0.95);
        assertThat(other.get("low").asDouble()).isCloseTo(-one.get("high").asDouble(), within(1e-15));
        assertThat(other.get("standard_error").asDouble())
                .isCloseTo(one.get("standard_error").asDouble(), within(1e-15));
        // Images that are hard are hard for both: the difference is surer than either number.
        double alone = new ObjectMapper()
                .readTree(files.path("better/a/metrics.json").toFile())
                .get("intervals")
                .get("segm")
                .get("AP")
                .get("standard_error")
                .asDouble();
        assertThat(one.get("standard_error").asDouble()).isLessThan(alone);
        JsonNode category = json("better").get("segm").get("categories").get(0).get("AP");
        assertThat(category.get("p_value_holm").asDouble())
                .isGreaterThanOrEqualTo(category.get("p_value").asDouble());
        Row row = spark.read()
                .parquet(files.path("better/tables/comparison.parquet").toString())
                .filter("iou_type = 'segm' and metric = 'AP' and category_id is null")
                .first();
        assertThat(row.<Double>getAs("difference"))
                .isEqualTo(one.get("difference").asDouble());
        assertThat(row.<String>getAs("verdict")).isEqualTo("b_better");
    }

    @Test
    void saysThatChanceMayHaveMadeADifference() throws IOException {
        String run = files.results("run.json").toString();
        String same = files.results("same.json").toString();
        String other = files.results(
                        "other.json",
                        SCENES.detections().subList(1, SCENES.detections().size()))
                .toString();

        RunComparison equal = CompareRuns.run(new LocalEngine(), config(run, same, null, null, "equal", 40));
        RunComparison alike = CompareRuns.run(new LocalEngine(), config(run, other, null, null, "alike", 40));

        assertThat(equal.lines())
                .contains("segm: no difference in mask AP can be told from chance: B - A is +0.000 in every replicate");
        assertThat(equal.lines()).contains("categories whose AP differs (Holm's correction for looking at 3): none");
        assertThat(json("equal").get("segm").get("AP").get("verdict").asText()).isEqualTo("undecided");
        assertThat(alike.lines()).contains("segm: no difference in mask AP can be told from chance: B - A is");
    }

    @Test
    void warnsOfFilesWithDetectionsInOtherImages() throws IOException {
        long first = SCENES.detections().get(0).imageId();
        String run = files.results("run.json").toString();
        String part = files.results(
                        "part.json",
                        SCENES.detections().stream()
                                .filter(detection -> detection.imageId() != first)
                                .toList())
                .toString();
        long images =
                SCENES.detections().stream().map(Detection::imageId).distinct().count();

        assertThat(CompareRuns.run(new LocalEngine(), config(run, part, null, null, "out", 10))
                        .warnings())
                .containsExactly("A has detections in " + images + " images, B in " + (images - 1)
                        + ", not in the same ones; an image without any counts as one in which nothing was found");
        assertThat(CompareRuns.run(new LocalEngine(), config(run, run, null, null, "out", 10))
                        .warnings())
                .isEmpty();
    }

    @Test
    void runsOfATableAreComparedAsTheirResultsAre() throws IOException {
        String good = files.results("good.json").toString();
        String poor = files.results("poor.json", poorer()).toString();
        Path table = files.path("table");
        TableWriter writer = new TableWriter(table);
        writer.publish("first", "2026-01-01T00:00:00Z", new Scenes(SCENES.truth(), poorer()), 0);
        writer.publish("second", "2026-01-02T00:00:00Z", SCENES, 0);

        CompareRuns.run(new LocalEngine(), config(poor, good, null, null, "files", 30));
        CompareRuns.run(new SparkEngine(spark), config(poor, good, null, null, "spark", 30));
        CompareRuns.run(
                new SparkEngine(spark), config(table.toString(), table.toString(), "first", "second", "tables", 30));
        CompareRuns.run(new LocalEngine(), config(table.toString(), table.toString(), "first", "second", "here", 30));

        String expected = Files.readString(files.path("files/compare.json"));
        assertThat(Files.readString(files.path("spark/compare.json"))).isEqualTo(expected);
        assertThat(Files.readString(files.path("tables/compare.json"))).isEqualTo(expected);
        assertThat(Files.readString(files.path("here/compare.json"))).isEqualTo(expected);
    }

    @Test
    void refusesTablesThatDoNotCoverTheSameImagesAndNamesThem() throws IOException {
        Path table = files.path("table");
        TableWriter writer = new TableWriter(table);
        writer.publish("all", "2026-01-01T00:00:00Z", SCENES, 0);
        GroundTruth some = new GroundTruth(
                SCENES.truth().images().subList(2, 60),
                SCENES.truth().categories(),
                SCENES.truth().annotations());
        List<Detection> there = SCENES.detections().stream()
                .filter(detection -> some.image(detection.imageId()) != null)
                .toList();
        writer.publish("some", "2026-01-02T00:00:00Z", new Scenes(some, there), 0);

        CompareConfig config = config(table.toString(), table.toString(), "all", "some", "out", 10);
        String message =
                "the runs do not cover the same images of " + truth + ": 2 in A alone (993 001.jpg, 1000 000.jpg)";

        assertThatThrownBy(() -> CompareRuns.run(new SparkEngine(spark), config))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> CompareRuns.run(new LocalEngine(), config))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
        assertThat(files.path("out")).doesNotExist();
    }

    @Test
    void refusesRunsThatAreNotEvaluatedAlike() {
        EvaluateConfig plain = EvaluateConfig.of("truth.json", "a.json", "out");

        assertThatThrownBy(() -> new CompareConfig(plain, EvaluateConfig.of("other.json", "b.json", "out"), "out"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runs are compared on one ground truth by one protocol, got truth.json by ");
        assertThatThrownBy(() -> new CompareConfig(plain, plain, "out"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a comparison needs COCO's protocol and a bootstrap, got ");
    }

    private JsonNode json(String out) throws IOException {
        return new ObjectMapper()
                .readTree(files.path(out).resolve("compare.json").toFile());
    }
}
