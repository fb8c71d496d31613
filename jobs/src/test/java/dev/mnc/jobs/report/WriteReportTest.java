package dev.mnc.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.Evaluation;
import dev.mnc.jobs.evaluate.LocalEngine;
import dev.mnc.jobs.evaluate.SparkEngine;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.AreaRule;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.scenes.SceneGenerator;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("spark")
class WriteReportTest {

    private static final Instant CREATED = Instant.parse("2026-11-22T00:00:00Z");

    private final SparkSession spark = TestSession.spark();

    private final Path folder;

    WriteReportTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aResultsFileBecomesAPageWithItsNumbersAndImages() throws IOException {
        GroundTruth truth = new SceneGenerator(8).write(folder, 5);
        Path results = folder.resolve("results.json");
        int count = 0;
        try (CocoResults.Writer writer = CocoResults.create(results)) {
            for (Annotation annotation : truth.annotations()) {
                if (annotation.imageId() != 4) {
                    writer.write(new Detection(
                            count++,
                            annotation.imageId(),
                            annotation.categoryId(),
                            0.75,
                            null,
                            annotation.segmentation()));
                }
            }
        }
        Files.delete(folder.resolve("images/scene-0001.jpg"));

        ReportSummary summary =
                report(results.toString(), folder.resolve("images").toString(), 24);

        String page = Files.readString(folder.resolve("report.html"));
        assertThat(summary)
                .isEqualTo(new ReportSummary(
                        folder.resolve("report.html").toString(), Files.size(folder.resolve("report.html")), 5, 1, 0));
        assertThat(count(page, "<image href=\"data:image/jpeg;base64,")).isEqualTo(4);
        assertThat(count(page, "image cannot be shown")).isEqualTo(1);
        for (Image image : truth.images()) {
            assertThat(page).contains("<b title=\"" + image.fileName() + "\">");
        }
        assertThat(page)
                .contains("<title>Held-out scenes</title>", "not recorded", "2026-11-22T00:00:00Z")
                .contains("<span>Images labelled</span><strong><data value=\"4\">4</data></strong>")
                .contains("<span>Predictions</span><strong><data value=\"" + count + "\">")
                .contains("quality <data value=\"1.0\">1.000</data>", "quality <data value=\"0.0\">0.000</data>")
                .contains("0 predicted");
        assertThat(count(page, "<text data-score=\"0.75\"")).isEqualTo(count);
    }

    @Test
    void aLabelTableGivesItsRunItsErrorsAndTheImagesPlaces() throws IOException {
        GroundTruth truth = new SceneGenerator(9).write(folder, 4);
        Path table = folder.resolve("table");
        publish(table, truth);

        ReportSummary summary = report(table.toString(), null, 3);

        String page = Files.readString(folder.resolve("report.html"));
        assertThat(summary.images()).isEqualTo(3);
        assertThat(summary.unreadable()).isZero();
        assertThat(count(page, "<image href=\"data:image/jpeg;base64,")).isEqualTo(3);
        assertThat(page)
                .contains("<code>run-1</code>", "<code>model-digest</code>")
                .contains("<span>Images labelled</span><strong><data value=\"3\">3</data></strong>")
                .contains("<span>Images failed</span><strong><data value=\"1\">1</data></strong>")
                .contains("<th scope=\"row\" class=\"reason\">decode: &lt;no image&gt;</th>")
                .contains("<em class=\"worst\">worst</em><span>quality <data value=\"0.0\">");
    }

    @ParameterizedTest
    @EnumSource(ImageKey.class)
    void theTableIsAskedOnceHoweverManyImagesAreShown(ImageKey key) throws IOException, TimeoutException {
        GroundTruth truth = new SceneGenerator(9).write(folder, 4);
        Path table = folder.resolve("table");
        publish(table, truth);

        int before = jobs();
        Map<Long, String> one = addresses(table, key, truth.images().subList(0, 1));
        int between = jobs();
        Map<Long, String> all = addresses(table, key, truth.images());

        assertThat(jobs() - between).isEqualTo(between - before).isPositive();
        assertThat(all).hasSize(4).containsAllEntriesOf(one);
        for (Image image : truth.images()) {
            assertThat(all.get(image.id())).endsWith("/" + image.fileName());
        }
    }

    private Map<Long, String> addresses(Path table, ImageKey key, List<Image> images) {
        ReportRequest request = request(table.toString(), null, 1);
        EvaluateConfig byId = request.evaluation();
        EvaluateConfig evaluation =
                new EvaluateConfig(byId.groundTruth(), byId.predictions(), null, byId.out(), byId.protocol(), key);
        return GalleryFiles.of(
                        images,
                        new ReportRequest(evaluation, null, request.out(), request.title(), 1, 0.5, CREATED),
                        new LabelTable(spark, table.toString()),
                        spark.sparkContext().hadoopConfiguration())
                .addresses();
    }

    /** How many jobs Spark has been given so far; it forgets old ones, but not how many there were. */
    private int jobs() throws TimeoutException {
        spark.sparkContext().listenerBus().waitUntilEmpty();
        return scala.jdk.javaapi.CollectionConverters.asJava(
                                spark.sparkContext().statusStore().jobsList(null))
                        .stream()
                        .mapToInt(job -> job.jobId())
                        .max()
                        .orElse(-1)
                + 1;
    }

    @Test
    void evaluationsByOtherProtocolsAreReportedToo() throws IOException {
        GroundTruth truth = new SceneGenerator(9).write(folder, 3);
        Path results = folder.resolve("results.json");
        try (CocoResults.Writer writer = CocoResults.create(results)) {
            for (Annotation annotation : truth.annotations()) {
                writer.write(new Detection(
                        0, annotation.imageId(), annotation.categoryId(), 0.75, null, annotation.segmentation()));
            }
        }
        Path json = folder.resolve("ground-truth.json");

        assertThat(page(json, results, new Protocol.VocSds(null)))
                .contains("<span>Mask mAP@0.5</span><strong><data value=\"1.0\">1.000</data></strong>")
                .contains("Bars show Mask AP@0.7, and lighter behind it AP@0.5.")
                .contains("quality <data value=\"1.0\">1.000</data>");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode file = (ObjectNode) mapper.readTree(json.toFile());
        file.get("images").forEach(image -> {
            ((ObjectNode) image).putArray("neg_category_ids");
            ((ObjectNode) image).putArray("not_exhaustive_category_ids");
        });
        file.get("categories").forEach(category -> ((ObjectNode) category).put("frequency", "c"));
        file.get("annotations").forEach(annotation -> ((ObjectNode) annotation).remove("iscrowd"));
        mapper.writeValue(json.toFile(), file);
        Path tables = folder.resolve("tables");
        WriteGroundTruth.run(spark, json.toString(), tables.toString(), CocoDialect.LVIS);
        Protocol lvis = new Protocol.Coco(
                List.of(IouType.SEGM),
                AreaRule.COMPARED,
                Compat.NONE,
                OnFault.STOP,
                ScoreTarget.DEFAULT,
                Protocol.Coco.SCORE,
                new Extras(CocoDialect.LVIS, null, null, Errors.COUNTED));
        for (Path groundTruth : List.of(json, tables)) {
            assertThat(page(groundTruth, results, lvis))
                    .contains(
                            "<th scope=\"row\">APc <small>common categories, in 11 to 100 training images</small></th>")
                    .contains("<th scope=\"row\">AR@300 <small>recall, 300 predictions an image</small></th>")
                    .contains("Bars show Mask AP, and lighter behind it AP50.")
                    .doesNotContain("<h2>Precision and recall</h2>");
        }
    }

    @Test
    void whatTheEvaluationLeftOutIsLeftOutAndCounted() throws IOException {
        GroundTruth truth = new SceneGenerator(9).write(folder, 3);
        Path json = folder.resolve("ground-truth.json");
        Path results = folder.resolve("results.json");
        String entries = """
                [{"image_id": ID, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5},
                 {"image_id": 99, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5},
                 {"image_id": ID, "category_id": 1, "bbox": [1, 2, 3, 4], "score": "high"}]""";
        Files.writeString(
                results,
                entries.replace("ID", Long.toString(truth.images().get(0).id())));

        assertThat(page(json, results, new Protocol.VocSds(OnFault.LEAVE_OUT, null)))
                .contains("<h2>Left out of the evaluation</h2>")
                .contains("detections.unknown_image</th><td class=\"n\"><data value=\"1\">1</data>")
                .contains("detections.unreadable</th><td class=\"n\"><data value=\"1\">1</data>")
                .contains("<span>Predictions</span><strong><data value=\"1\">");
        Path metrics = folder.resolve("evaluation/metrics.json");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode file = (ObjectNode) mapper.readTree(metrics.toFile());
        file.putObject("left_out");
        mapper.writeValue(metrics.toFile(), file);
        assertThatThrownBy(() -> WriteReport.run(spark, request(results.toString(), null, 2)))
                .isInstanceOf(OperatorException.class)
                .hasMessage(results + ": [2].score must be a number");
    }

    private String page(Path groundTruth, Path results, Protocol protocol) throws IOException {
        String out = folder.resolve("evaluation").toString();
        Evaluation.run(
                new LocalEngine(),
                new EvaluateConfig(groundTruth.toString(), results.toString(), null, out, protocol, ImageKey.ID));
        Path page = folder.resolve("report.html");
        // The command does not know by which protocol it was.
        EvaluateConfig reported = EvaluateConfig.of(groundTruth.toString(), results.toString(), out);
        WriteReport.run(
                spark,
                new ReportRequest(
                        reported, folder.resolve("images").toString(), page.toString(), "Scenes", 2, 0.5, CREATED));
        return Files.readString(page);
    }

    @Test
    void namesThatLeadOutOfTheImageFolderAreNotFollowed() throws IOException {
        GroundTruth truth = new SceneGenerator(9).write(folder, 1);
        Image image = truth.images().get(0);
        ReportRequest request = request(
                folder.resolve("none.json").toString(), folder.resolve("images").toString(), 1);
        assertThat(file(image, request)).isNotEmpty();
        for (String name : List.of("../images/scene-0000.jpg", "/etc/hostname", "a/../../x", "..\\x", "", "\u0000")) {
            assertThat(file(new Image(1, name, image.height(), image.width()), request))
                    .isEmpty();
        }
    }

    private byte[] file(Image image, ReportRequest request) {
        return GalleryFiles.of(
                        List.of(image), request, null, spark.sparkContext().hadoopConfiguration())
                .read(image);
    }

    @Test
    void whereThereIsOnlyABoxItsPixelsAreDrawn() {
        Image image = new Image(1, "a.jpg", 4, 5);
        GroundTruth truth = new GroundTruth(List.of(image), List.of(), List.of());

        Overlay overlay = Overlay.of(
                truth,
                image,
                List.of(
                        new Detection(0, 1, 7, 1.5, new Box(1, 1, 2, 2), null),
                        new Detection(1, 1, 7, 0.5, new Box(3, 2, 9, 9), null),
                        new Detection(2, 1, 7, 0.1, null, null),
                        new Detection(3, 1, 7, 0.1, null, new Segmentation.Compressed(4, 4, "`0"))));

        assertThat(overlay.predictions())
                .extracting(p -> p.mask())
                .containsExactly(Mask.ofRuns(4, 5, 5, 2, 2, 2, 9), Mask.ofRuns(4, 5, 14, 2, 2, 2, 0));
        assertThat(overlay.predictions()).extracting(p -> p.score()).containsExactly(1.0, 0.5);
        assertThat(overlay.predictions().get(0).category().name()).isEqualTo("category 7");
        assertThat(overlay.undrawable()).isEqualTo(2);
    }

    private ReportSummary report(String predictions, @Nullable String imageRoot, int gallery) throws IOException {
        ReportRequest request = request(predictions, imageRoot, gallery);
        Evaluation.run(new SparkEngine(spark), request.evaluation());
        return WriteReport.run(spark, request);
    }

    private ReportRequest request(String predictions, @Nullable String imageRoot, int gallery) {
        EvaluateConfig evaluation = EvaluateConfig.of(
                folder.resolve("ground-truth.json").toString(),
                predictions,
                folder.resolve("evaluation").toString());
        String out = folder.resolve("report.html").toString();
        return new ReportRequest(evaluation, imageRoot, out, "Held-out scenes", gallery, 0.5, CREATED);
    }

    /** A run in which the first image failed and every other was labelled with its ground truth. */
    private void publish(Path table, GroundTruth truth) throws IOException {
        List<Row> images = new ArrayList<>();
        List<Row> instances = new ArrayList<>();
        for (Image image : truth.images()) {
            String uri =
                    folder.resolve("images").resolve(image.fileName()).toUri().toString();
            boolean failed = image.id() == 1;
            List<Annotation> found = failed ? List.of() : truth.annotationsOf(image.id());
            images.add(RowFactory.create(
                    image.id(),
                    uri,
                    image.fileName(),
                    null,
                    1L,
                    image.height(),
                    image.width(),
                    1,
                    failed ? "error" : "ok",
                    failed ? "decode" : null,
                    failed ? "<no image>" : null,
                    found.size(),
                    0.0,
                    0.0,
                    0.0,
                    0.0));
            for (int i = 0; i < found.size(); i++) {
                Mask mask = found.get(i).mask(image);
                Box box = mask.boundingBox();
                instances.add(RowFactory.create(
                        image.id(),
                        uri,
                        i,
                        found.get(i).categoryId(),
                        "name",
                        0.9,
                        RowFactory.create(box.x(), box.y(), box.width(), box.height()),
                        mask.area(),
                        RowFactory.create(mask.height(), mask.width(), mask.toCoco())));
            }
        }
        List<RunRecord.DataFile> files = new ArrayList<>();
        files.addAll(write(table, "images", images, LabelColumns.IMAGES));
        files.addAll(write(table, "instances", instances, LabelColumns.INSTANCES));
        RunRecord record = new RunRecord(
                "run-1",
                1,
                "test",
                "model-digest",
                "config",
                Map.of(),
                null,
                new RunRecord.Input("images", "manifest", 4, 4, 4, null),
                new RunRecord.Outcome(3, 1, instances.size(), List.of()),
                files,
                null,
                new RunRecord.Timing("2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z", 1, 1, Map.of(), null, null, null),
                Map.of(),
                null);
        Files.createDirectories(table.resolve("runs"));
        Files.writeString(table.resolve("runs/run-1.json"), record.toJson());
    }

    private List<RunRecord.DataFile> write(Path table, String part, List<Row> rows, StructType columns)
            throws IOException {
        Path target = table.resolve(part).resolve("run=run-1");
        spark.createDataFrame(rows, columns).write().parquet(target.toString());
        try (Stream<Path> all = Files.list(target)) {
            return all.map(table::relativize)
                    .map(Path::toString)
                    .filter(path -> path.endsWith(".parquet"))
                    .map(path -> new RunRecord.DataFile(
                            path, table.resolve(path).toFile().length(), 0, null))
                    .toList();
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
