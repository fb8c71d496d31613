package dev.mnc.jobs.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.VocSds;
import dev.mnc.jobs.evaluate.rows.ParquetFiles;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are not what they should be: both engines say so, in the same words. */
@Tag("spark")
class MalformedInputTest {

    private static final Scenes SCENES = Scenes.random(42, 12);
    private static final Protocol BOXES = Protocol.coco(List.of(IouType.BBOX));

    private static final Protocol LENIENT_BOXES = boxes(Compat.NONE, OnFault.LEAVE_OUT);
    private static final Protocol AS_PYCOCOTOOLS = boxes(Compat.PYCOCOTOOLS, OnFault.STOP);

    private static Protocol boxes(Compat compat, OnFault onFault) {
        return new Coco(List.of(IouType.BBOX), AreaRule.COMPARED, compat, onFault);
    }

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path truth;
    private final Path predictions;

    MalformedInputTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        truth = files.truth();
        predictions = files.results("results.json");
    }

    private EvaluateConfig config(Path groundTruth, Path results, Protocol protocol) {
        return files.config(groundTruth, results, protocol, "out");
    }

    private void refused(Path groundTruth, Path results, Protocol protocol, String message) {
        EvaluateConfig config = config(groundTruth, results, protocol);
        named(message, () -> Evaluation.run(new LocalEngine(), config));
        named(message, () -> Evaluation.run(new SparkEngine(spark), config));
    }

    /** Of a task or thread, what it was that stopped it. */
    private static void named(String message, ThrowingCallable evaluation) {
        assertThatThrownBy(evaluation)
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).hasMessage(message),
                        thrown -> assertThat(thrown).rootCause().hasMessage(message));
    }

    @Test
    void compressedFileThatIsCutIsNamed() throws IOException {
        Path cut = files.results("cut.json.gz");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        String message = cut + ": the compressed file is cut short or damaged: Unexpected end of ZLIB input stream";

        for (Protocol protocol : List.of(BOXES, new VocSds(null), new VocSds(OnFault.LEAVE_OUT, null))) {
            refused(truth, cut, protocol, message);
        }
    }

    @Test
    void fileThatStopsInTheMiddleIsNamedWithTheEntryThatCanBeNoMore() throws IOException {
        String json = Files.readString(predictions);
        Path cut = Files.writeString(files.path("cut.json"), json.substring(0, json.lastIndexOf("{\"image_id\"") + 3));
        int last = SCENES.detections().size() - 1;

        for (Protocol protocol : List.of(BOXES, new VocSds(null), new VocSds(OnFault.LEAVE_OUT, null))) {
            refused(
                    truth,
                    cut,
                    protocol,
                    String.format(
                            Locale.ROOT,
                            "%s: not valid JSON at line 1, column %d, near [%d]: Unexpected end-of-input in field name",
                            cut,
                            Files.size(cut) + 1,
                            last));
        }
    }

    @Test
    void whatIsMissingIsNamedBeforeAnyTask() throws IOException {
        Path empty = Files.createDirectory(files.path("empty"));
        for (String name : List.of("no.json", "no.json.gz", "no.parquet")) {
            Path missing = files.path(name);
            refused(truth, missing, BOXES, missing.toString());
        }
        refused(files.path("no.json"), predictions, BOXES, files.path("no.json").toString());
        refused(empty, predictions, BOXES, "there is no table " + empty + "/images");
        refused(truth, empty, BOXES, "no run is published in the table " + empty);
    }

    @Test
    void whatIsNoParquetIsNamed() throws IOException {
        Path none = Files.createDirectory(files.path("none.parquet"));
        refused(truth, none, BOXES, "there are no Parquet files in " + none);
        Path text = Files.writeString(files.path("text.parquet"), "no Parquet");

        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(truth, text, BOXES)))
                .hasMessage(text + " is no Parquet file, or damaged: " + text
                        + " is not a Parquet file (length is too low: 10)");
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(truth, text, BOXES)))
                .hasMessageStartingWith(text + " is no Parquet file, or damaged: ")
                .hasMessageContaining("is not a Parquet file (length is too low: 10)");
    }

    @Test
    void nothingFoundIsZeroAndNothingToBeFoundIsNoNumber() throws IOException {
        Path nothing = Files.writeString(files.path("nothing.json"), "[]");
        Path bare = files.path("bare.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = (ObjectNode) json.readTree(truth.toFile());
        file.putArray("annotations");
        json.writeValue(bare.toFile(), file);

        assertThat(SceneFiles.both(config(truth, nothing, BOXES))
                        .results()
                        .get(0)
                        .metric(Metric.AP))
                .isZero();
        assertThat(SceneFiles.both(config(bare, predictions, BOXES))
                        .results()
                        .get(0)
                        .metric(Metric.AP))
                .isEqualTo(-1);
        SceneFiles.both(config(truth, nothing, new VocSds(null)));
        SceneFiles.both(config(bare, predictions, new VocSds(null)));
    }

    @Test
    void entriesOfVocSdsAreNamedOrCountedLikeThoseOfCoco() throws IOException {
        List<Detection> detections = new ArrayList<>(SCENES.detections());
        long image = SCENES.truth().images().get(1).id();
        detections.add(new Detection(0, image, 1, Double.NaN, new Box(1, 2, 3, 4), null));
        detections.add(new Detection(0, image, 1, 0.5, null, new Segmentation.Compressed(2, 2, "04")));
        detections.add(new Detection(0, 77, 1, 0.5, new Box(1, 2, 3, 4), null));
        Path faulty = files.results("faulty.json", detections);
        Files.writeString(faulty, Files.readString(faulty).replace("\"NaN\"", "NaN"), UTF_8);

        refused(
                truth,
                faulty,
                new VocSds(null),
                faulty + ": [" + SCENES.detections().size() + "] (image " + image
                        + "): its score is NaN, which has no rank");
        assertThat(SceneFiles.both(config(truth, faulty, new VocSds(OnFault.LEAVE_OUT, null)))
                        .leftOut())
                .isEqualTo(Map.of(
                        "detections.score_is_nan", 1L,
                        "detections.mask_of_another_size", 1L,
                        "detections.unknown_image", 1L));
        assertThat(Files.readString(files.path("out/metrics.json"))).contains("\"detections.unknown_image\" : 1");
    }

    @Test
    void annotationsOfUnlistedImagesAreNamedOrCounted() throws IOException {
        Path stray = withAnnotation(truth, "stray.json", "77");
        Path tables = files.path("tables");
        WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.COCO);
        String why = ": annotation 4711 (image 77): the ground truth does not list its image";

        assertThatThrownBy(() -> WriteGroundTruth.run(
                        spark, stray.toString(), files.path("t").toString(), CocoDialect.COCO))
                .isInstanceOf(OperatorException.class)
                .hasMessage(stray + why);
        spark.sql("select 77L as image_id, 999L as position, 4711L as annotation_id, 1L as category_id, 4d as area,"
                        + " false as iscrowd, named_struct('x', 1d, 'y', 1d, 'width', 2d, 'height', 2d) as bbox,"
                        + " cast(null as struct<height:int, width:int, counts:string>) as segmentation")
                .write()
                .mode(SaveMode.Append)
                .parquet(tables + "/annotations");
        for (Path faulty : List.of(stray, tables)) {
            for (Protocol protocol : List.of(BOXES, new VocSds(null))) {
                refused(faulty, predictions, protocol, faulty + why);
            }
            for (Protocol lenient : List.of(LENIENT_BOXES, new VocSds(OnFault.LEAVE_OUT, null))) {
                assertThat(SceneFiles.both(config(faulty, predictions, lenient)).leftOut())
                        .isEqualTo(Map.of("annotations.unknown_image", 1L));
            }
            assertThat(SceneFiles.both(config(faulty, predictions, AS_PYCOCOTOOLS))
                            .leftOut())
                    .isEmpty();
        }
    }

    @Test
    void tablesThatHoldAnIdTwiceAreRefused() throws IOException {
        for (String id : List.of("images.image_id", "categories.category_id", "annotations.annotation_id")) {
            String table = id.substring(0, id.indexOf('.'));
            Path tables = files.path("tables-" + table);
            WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.COCO);
            Dataset<Row> rows = spark.read().parquet(tables + "/" + table);
            String column = id.substring(table.length() + 1);
            long lowest = rows.agg(functions.min(column)).first().getLong(0);
            List<Row> all = rows.collectAsList();
            spark.createDataFrame(all, rows.schema())
                    .write()
                    .mode(SaveMode.Append)
                    .parquet(tables + "/" + table);

            refused(
                    tables,
                    predictions,
                    LENIENT_BOXES,
                    tables + "/" + table + ": more than one row has the " + column + " " + lowest);
        }
    }

    @Test
    void numbersAreNoImagesWhereImagesHaveTexts() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = (ObjectNode) json.readTree(truth.toFile());
        file.withArray("images").forEach(image -> named(image, "id"));
        file.withArray("annotations").forEach(annotation -> named(annotation, "image_id"));
        Path texts = files.path("texts.json");
        json.writeValue(texts.toFile(), file);
        Path of = withAnnotation(texts, "stray.json", "\"nobody\"");

        refused(of, predictions, BOXES, of + ": annotation 4711: the ground truth does not list its image");
        assertThat(SceneFiles.both(config(texts, predictions, LENIENT_BOXES)).leftOut())
                .isEqualTo(Map.of(
                        "detections.unknown_image", (long) SCENES.detections().size()));
    }

    private static void named(JsonNode entry, String field) {
        ((ObjectNode) entry).put(field, "i" + entry.get(field).asLong());
    }

    /** The same ground truth with one more annotation. */
    private Path withAnnotation(Path groundTruth, String name, String image) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = (ObjectNode) json.readTree(groundTruth.toFile());
        file.withArray("annotations")
                .add(json.readTree("{\"id\": 4711, \"image_id\": " + image + ", \"category_id\": 1, \"area\": 4,"
                        + " \"iscrowd\": 0, \"bbox\": [1, 1, 2, 2]}"));
        Path path = files.path(name);
        json.writeValue(path.toFile(), file);
        return path;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "cast(null as double) as score, image_id, category_id, bbox | score is missing",
                "score, cast(null as bigint) as image_id, category_id, bbox | image_id is missing",
                "score, image_id, 'cat' as category_id, bbox | category_id is \"cat\"",
                "score, 1.5d as image_id, category_id, bbox | image_id is 1.5",
                "score, 1.25 as image_id, category_id, bbox | image_id is 1.25", // a decimal, as score is
                "'high' as score, image_id, category_id, bbox | score is \"high\"",
                "'two' as instance, score, image_id, category_id, bbox | instance is \"two\"",
                "score, image_id, category_id, struct(bbox.x, bbox.y, bbox.width) as bbox | bbox.height is missing",
                "score, image_id, category_id, struct(bbox.x, bbox.y, bbox.width, -2.0d as height) as bbox"
                        + " | bbox is no box: box extent must be finite and >= 0, got 4.0 x -2.0",
                "score, image_id, category_id, struct(double('NaN') as x, bbox.y, bbox.width, bbox.height) as bbox"
                        + " | bbox is no box: box origin must be finite, got (NaN, 2.5)",
                "score, image_id, category_id, bbox, struct(2 as height, 2 as width) as segmentation"
                        + " | segmentation.counts is missing",
            })
    void rowsOfParquetAreNamedOrCounted(String columns, String why) throws IOException {
        long image = SCENES.truth().images().get(0).id();
        Path rows = files.path("rows.parquet");
        spark.sql("select " + columns + " from (select 0.5 as score, " + image + "L as image_id, 1L as category_id,"
                        + " named_struct('x', 1.5d, 'y', 2.5d, 'width', 4d, 'height', 5d) as bbox)")
                .coalesce(1)
                .write()
                .parquet(rows.toString());
        Path file = ParquetFiles.files(rows).get(0);

        refused(truth, rows, BOXES, file + ", row 1: " + why);
        assertThat(SceneFiles.both(config(truth, rows, new VocSds(OnFault.LEAVE_OUT, null)))
                        .leftOut())
                .isEqualTo(Map.of("detections.unreadable", 1L));
    }
}
