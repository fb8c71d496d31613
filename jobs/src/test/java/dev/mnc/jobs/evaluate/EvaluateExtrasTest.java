package dev.mnc.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Extras;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.evaluate.result.EvaluationSummary;
import dev.mnc.jobs.evaluate.spark.input.WriteGroundTruth;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class EvaluateExtrasTest {

    private static final Scenes SCENES = Scenes.random(42, 60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SparkSession spark = TestSession.spark();

    private final SceneFiles files;
    private final Path predictions;
    private Path truth;

    EvaluateExtrasTest(@TempDir Path folder) throws IOException {
        files = SceneFiles.write(SCENES, folder);
        predictions = files.results("results.json.gz");
        truth = files.truth();
    }

    @Test
    void listsAndSlicesAreTheSameInBothEnginesToTheByte() throws IOException {
        MetricGrid lists = MetricGrid.of(
                List.of(0.5, 0.75),
                List.of(new AreaBounds("tiny", 0, 300), new AreaBounds("rest", 300, 1e9)),
                List.of(1, 2, 500));
        Extras extras = new Extras(CocoDialect.COCO, lists, new Slicing(csv().toString(), columns()), Errors.COUNTED);

        JsonNode metrics = sameInBothEngines(extras);

        assertThat(metrics.at("/lists/max_detections")).hasToString("[1,2,500]");
        assertThat(metrics.at("/lists/segm")).hasSize(6);
        assertThat(metrics.at("/lists/segm/2/AP_by_iou")).hasSize(2);
        assertThat(metrics.at("/lists/segm/2/AP").asDouble()).isBetween(0.05, 0.95);
        assertThat(metrics.at("/segm/AP").asDouble()).isBetween(0.05, 0.95);
        assertThat(metrics.at("/slices/other_images").asInt()).isEqualTo(2);
        assertThat(metrics.at("/slices/columns/site").findValuesAsText("value")).containsExactly("a", "b", "null");
        for (JsonNode slice : metrics.at("/slices/columns/site")) {
            assertThat(slice.at("/bbox/AP").asDouble())
                    .isEqualTo(alone(
                            slice.get("value").isNull()
                                    ? null
                                    : slice.get("value").asText()));
        }
    }

    private static List<String> columns() {
        return List.of("site", "night");
    }

    private static @Nullable String site(Image image) {
        return image.id() % 5 == 0 ? null : image.id() % 2 == 0 ? "a" : "b";
    }

    private static double alone(@Nullable String site) {
        List<Image> images = SCENES.truth().images().stream()
                .filter(image -> site == null ? site(image) == null : site.equals(site(image)))
                .toList();
        List<Long> ids = images.stream().map(Image::id).toList();
        return CocoEvaluation.evaluate(
                        new GroundTruth(
                                images,
                                SCENES.truth().categories(),
                                SCENES.truth().annotations().stream()
                                        .filter(annotation -> ids.contains(annotation.imageId()))
                                        .toList()),
                        SCENES.detections().stream()
                                .filter(detection -> ids.contains(detection.imageId()))
                                .iterator(),
                        IouType.BBOX,
                        DetectionArea.COMPARED)
                .metric(Metric.AP);
    }

    private Path csv() throws IOException {
        List<String> lines = new ArrayList<>(List.of("file_name,night,site"));
        for (Image image : SCENES.truth().images()) {
            String site = site(image);
            lines.add(image.fileName() + "," + image.id() % 3 + "," + (site == null ? "" : site));
        }
        lines.add("unknown.jpg,0,a");
        lines.add("strange.jpg,0,a");
        return Files.write(files.path("images.csv"), lines);
    }

    @Test
    void tableMayBeCsvJsonLinesOrParquetAndGoByNameOrId() throws IOException {
        StructType schema = new StructType()
                .add("image_id", DataTypes.LongType)
                .add("site", DataTypes.StringType)
                .add("night", DataTypes.IntegerType);
        List<org.apache.spark.sql.Row> rows = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Image image : SCENES.truth().images()) {
            String site = site(image);
            rows.add(RowFactory.create(image.id(), site, (int) (image.id() % 3)));
            lines.add(JSON.writeValueAsString(
                    site == null
                            ? Map.of("id", image.id(), "night", image.id() % 3)
                            : Map.of("id", image.id(), "night", image.id() % 3, "site", site)));
        }
        for (long stranger : new long[] {5_000_000, 5_000_001}) {
            rows.add(RowFactory.create(stranger, "a", 0));
            lines.add("{\"id\":" + stranger + ",\"site\":\"a\",\"night\":0}");
        }
        Path parquet = files.path("images.parquet");
        spark.createDataFrame(rows, schema).repartition(2).write().parquet(parquet.toString());
        Path json = Files.write(files.path("images.jsonl"), lines);

        Map<String, String> metrics = new TreeMap<>();
        for (Path table : List.of(csv(), json, parquet)) {
            Extras extras =
                    new Extras(CocoDialect.COCO, null, new Slicing(table.toString(), columns()), Errors.COUNTED);
            EvaluationSummary summary = Evaluation.run(new LocalEngine(), config(extras, "out"));
            metrics.put(table.toString(), Files.readString(Path.of(summary.metricsFile())));
        }

        assertThat(metrics.values().stream().distinct()).hasSize(1);
    }

    @Test
    void tableThatCannotBeUsedIsNamed() throws IOException {
        Path table = csv();
        refused(
                new Slicing(table.toString(), List.of("shade")),
                table + " has no column shade; its columns are file_name, night, site");
        refused(
                new Slicing(files.path("missing.parquet").toString(), List.of("shade")),
                "there is no image table " + files.path("missing.parquet"));
        Path twice = Files.write(files.path("twice.csv"), List.of("image_id,site", "1000,a", "1000,b"));
        refused(new Slicing(twice.toString(), List.of("site")), twice + " line 3: another row is about the same image");
        Path word = Files.write(files.path("word.csv"), List.of("image_id,site", "x,a"));
        refused(new Slicing(word.toString(), List.of("site")), word + " line 2: image_id is \"x\", not a whole number");
        Path nothing = Files.write(files.path("nothing.jsonl"), List.of("{\"id\":1000}"));
        refused(
                new Slicing(nothing.toString(), List.of("site")),
                "no row of " + nothing + " has a value in column site");
        List<String> many = new ArrayList<>(List.of("image_id,site"));
        for (int i = 0; i < 201; i++) {
            many.add(i + ",s" + i);
        }
        Path values = Files.write(files.path("many.csv"), many);
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(slices(values), "out")))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(values + ": column site has more than 200 different values, among them [s");
    }

    private static Extras slices(Path table) {
        return new Extras(CocoDialect.COCO, null, new Slicing(table.toString(), List.of("site")), Errors.COUNTED);
    }

    private void refused(Slicing slicing, String message) {
        Extras extras = new Extras(CocoDialect.COCO, null, slicing, Errors.COUNTED);
        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(extras, "out")))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
    }

    @Test
    void lvisIsTheSameInBothEnginesToTheByte() throws IOException {
        asLvis();
        Slicing slicing = new Slicing(csv().toString(), List.of("site"));
        Extras extras = new Extras(CocoDialect.LVIS, null, slicing, Errors.COUNTED, new PoissonWeights(26, 1));

        JsonNode metrics = sameInBothEngines(extras);

        assertThat(metrics.at("/lvis/segm")).hasSize(13);
        assertThat(metrics.at("/lvis/segm/AP").asDouble()).isBetween(0.05, 0.99);
        assertThat(metrics.at("/lvis/bbox/APr").asDouble()).isBetween(0.05, 0.99);
        assertThat(metrics.at("/lvis/categories/segm/0/frequency").asText()).isEqualTo("f");
        assertThat(metrics.at("/slices/columns/site/0/segm")).hasSize(13);
        assertThat(metrics.has("segm")).isFalse();
        JsonNode intervals = metrics.get("intervals");
        assertThat(intervals.get("segm")).hasSize(14);
        assertThat(intervals.at("/bbox/APr/value")).isEqualTo(metrics.at("/lvis/bbox/APr"));
        assertThat(intervals.at("/bbox/APr/standard_error").asDouble()).isBetween(0.001, 0.2);
        assertThat(intervals.at("/segm/categories/1/AP75/value")).isEqualTo(metrics.at("/lvis/categories/segm/1/AP75"));
        assertThat(intervals.at("/slices/0/ARs@300")).hasSize(6);
    }

    @Test
    void lvisAsTablesGivesTheBytesOfItsJson() throws IOException {
        asLvis();
        Extras extras =
                new Extras(CocoDialect.LVIS, null, new Slicing(csv().toString(), List.of("site")), Errors.COUNTED);
        sameInBothEngines(extras);
        Map<String, String> ofJson = files.hashes("local");
        Path tables = files.path("tables");
        WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.LVIS);
        truth = tables;

        sameInBothEngines(extras);

        assertThat(files.hashes("local")).isEqualTo(ofJson);
    }

    @Test
    void tablesThatAreNotOfLvisAreNoLvis() throws IOException {
        Path tables = files.path("tables");
        WriteGroundTruth.run(spark, truth.toString(), tables.toString(), CocoDialect.COCO);
        truth = tables;
        EvaluateConfig config = config(new Extras(CocoDialect.LVIS, null, null, Errors.COUNTED), "out");
        String message = tables + "/images has no column neg_category_ids;"
                + " its columns are image_id, file_name, height, width";

        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message)
                .extracting(e -> ((OperatorException) e).remedy())
                .isEqualTo("write the folder with mnc ground-truth --protocol lvis, from the json of LVIS");
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
    }

    @Test
    void groundTruthWithoutListsOfCategoriesIsNoLvis() {
        Extras extras = new Extras(CocoDialect.LVIS, null, null, Errors.COUNTED);

        assertThatThrownBy(() -> Evaluation.run(new LocalEngine(), config(extras, "out")))
                .isInstanceOf(OperatorException.class)
                .hasMessage(truth + ": images[0] has no neg_category_ids");
        assertThatThrownBy(() -> Evaluation.run(new SparkEngine(spark), config(extras, "out")))
                .hasMessage(truth + ": images[0] has no neg_category_ids");
    }

    /** The same ground truth without crowds and with what LVIS says about images and categories. */
    private void asLvis() throws IOException {
        ObjectNode file = (ObjectNode) JSON.readTree(truth.toFile());
        for (JsonNode image : file.get("images")) {
            ArrayNode absent = ((ObjectNode) image).putArray("neg_category_ids");
            ArrayNode some = ((ObjectNode) image).putArray("not_exhaustive_category_ids");
            long id = image.get("id").asLong();
            absent.add(1 + id % 4);
            if (id % 3 == 0) {
                some.add(1 + id % 2);
            }
        }
        for (JsonNode category : file.get("categories")) {
            String[] letters = {"r", "f", "r", "c", "c", "f"};
            ((ObjectNode) category).put("frequency", letters[category.get("id").asInt()]);
        }
        for (JsonNode annotation : file.get("annotations")) {
            ((ObjectNode) annotation).remove("iscrowd");
        }
        JSON.writeValue(truth.toFile(), file);
    }

    private JsonNode sameInBothEngines(Extras extras) throws IOException {
        SceneFiles.both(config(extras, "local"));
        // Ranges of three detections at least: every category is cut.
        Evaluation.run(new SparkEngine(spark, 3), config(extras, "distributed"));
        assertThat(files.hashes("distributed")).isEqualTo(files.hashes("local"));
        return JSON.readTree(files.path("local/metrics.json").toFile());
    }

    private EvaluateConfig config(Extras extras, String out) {
        return files.config(truth, predictions, SceneFiles.coco(extras), out);
    }
}
