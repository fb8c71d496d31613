package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nightly job from files to table, with a model whose answers are known by heart. */
@Tag("spark")
@Tag("tensorflow")
class LabelImagesTest {

    private static final String DIGEST = "0".repeat(64);
    private static final SparkSession SPARK = TestSession.spark();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private Path images;
    private String table;

    @BeforeEach
    void namesFolders() throws IOException {
        images = Files.createDirectory(temporary.resolve("the images"));
        table = temporary.resolve("the [label] table").toString();
    }

    @Test
    void everyFileOfABagOfNastyOnesEndsInExactlyOneRow() throws IOException {
        TestImages.write(images, TestImages.oddNames());
        TestImages.write(images, TestImages.broken());

        LabelSummary summary = label(null, "label { wave-images = 9, batch-size = 3, max-error-rate = 0.3 }");

        List<Row> rows = table().images().collectAsList();
        TreeSet<String> expected = new TreeSet<>(TestImages.oddNames().keySet());
        expected.addAll(TestImages.broken().keySet());
        assertThat(rows)
                .extracting(row -> row.<String>getAs("file_name"))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(rows).extracting(row -> row.<Long>getAs("image_id")).doesNotHaveDuplicates();
        assertThat(rows.stream().filter(row -> "error".equals(row.getAs("status"))))
                .extracting(row ->
                        row.getAs("file_name") + ": " + row.getAs("error_stage") + ": " + row.getAs("error_reason"))
                .contains(
                        "zero_bytes.jpg: decode: empty file (0 bytes)",
                        "model_fails_on_13_px.png: detect: model failed: planted defect")
                .hasSize(TestImages.broken().size());
        assertThat(summary.outcome())
                .extracting(RunRecord.Outcome::ok, RunRecord.Outcome::failed)
                .containsExactly(24L, 7L);
        assertThat(summary.hasTooManyErrors(0.3)).isFalse();
        assertThat(summary.hasTooManyErrors(0.2)).isTrue();
    }

    @Test
    void writesTheInstancesAsTheModelFoundThem() throws IOException {
        Files.write(images.resolve("a:b.png"), TestImages.png(20, 10));

        label(null, "");

        List<Row> rows = table().instances().orderBy("instance").collectAsList();
        String uri = images.resolve("a:b.png").toUri().toString();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).json())
                .isEqualTo("{\"image_id\":" + ImageListing.idOf("a:b.png") + ",\"image_uri\":\"" + uri + "\","
                        + "\"instance\":0,\"category_id\":7,\"category_name\":\"whole\",\"score\":0.9,"
                        + "\"bbox\":{\"x\":0.0,\"y\":0.0,\"width\":20.0,\"height\":10.0},\"area\":200,"
                        + "\"segmentation\":{\"height\":10,\"width\":20,\"counts\":\"0X6\"}}");
        assertThat(rows.get(1).<String>getAs("category_name")).isEqualTo("edge");
        Row image = table().images().first();
        assertThat(image.<Integer>getAs("height")).isEqualTo(10);
        assertThat(image.<Integer>getAs("width")).isEqualTo(20);
        assertThat(image.<Integer>getAs("exif_orientation")).isEqualTo(1);
        assertThat(image.<Long>getAs("size_bytes")).isEqualTo(Files.size(images.resolve("a:b.png")));
        assertThat(image.<Integer>getAs("instance_count")).isEqualTo(2);
    }

    @Test
    void recordsWhatWentInAndWhatCameOut() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        Files.write(images.resolve("b.png"), new byte[0]);

        LabelSummary summary = label("first", "label.wave-images = 1");

        RunRecord record = table().newest();
        assertThat(record.runId()).isEqualTo("first").isEqualTo(summary.runId());
        assertThat(record.modelDigest()).isEqualTo(DIGEST);
        assertThat(record.input().listed()).isEqualTo(2);
        assertThat(record.input().planned()).isEqualTo(2);
        assertThat(record.input().bytes()).isEqualTo(Files.size(images.resolve("a.png")));
        assertThat(record.outcome())
                .isEqualTo(new RunRecord.Outcome(
                        1,
                        1,
                        2,
                        List.of(new RunRecord.ErrorCount("decode", "empty file (0 bytes)", 1, List.of("b.png")))));
        assertThat(record.config()).containsEntry("label.wave-images", "1").containsEntry("label.batch-size", "8");
        assertThat(record.versions()).containsKeys("java", "spark", "hadoop", "tensorflow_java");
        List<RunRecord.DataFile> files = table().dataFiles(record);
        assertThat(files.stream().mapToLong(RunRecord.DataFile::rows).sum()).isEqualTo(2 + 2);
        for (RunRecord.DataFile file : files) {
            assertThat(file.path())
                    .matches("(images|instances)/run=first/wave=000[01]-[0-9a-f]{8}/part-.*\\.zstd\\.parquet");
            assertThat(Path.of(table, file.path())).hasSize(file.bytes());
            assertThat(Digests.of(Files.readAllBytes(Path.of(table, file.path()))))
                    .isEqualTo(file.sha256());
        }
        RunRecord.Manifest manifest = requireNonNull(record.manifest());
        assertThat(Digests.of(Files.readAllBytes(Path.of(table, manifest.path()))))
                .isEqualTo(manifest.sha256());
        assertThat(manifest.files()).isEqualTo(4);
        assertThat(manifest.images()).isEqualTo(2);
        assertThat(manifest.instances()).isEqualTo(2);
        assertThat(manifest.fileBytes())
                .isEqualTo(files.stream().mapToLong(RunRecord.DataFile::bytes).sum());
        assertThat(record.number()).isEqualTo(1);
        assertThat(record.model())
                .isEqualTo(new RunRecord.Model("squares", "test:squares", SquarePredictor.CATEGORIES));
        assertThat(record.timing().processes()).isEqualTo(1);
        assertThat(record.timing().series()).hasSize(2);
        assertThat(Path.of(table, "runs")).isDirectoryContaining("glob:**/first.json");
        try (var left = Files.list(Path.of(table, "runs"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "first.json", Path.of(manifest.path()).getFileName().toString(), "numbers");
        }
    }

    @Test
    @FaultRow(value = "the command is given again after it has ended", exitCodes = 0)
    void doesNothingWhenNothingChanged() throws IOException {
        TestImages.write(images, Map.of("a.png", TestImages.png(20, 10), "broken.png", new byte[0]));
        label(null, "");

        LabelSummary again = label(null, "");

        assertThat(again.state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(again.text())
                .isEqualTo(
                        "nothing to do: all 2 images are labelled in " + table + " by this model and these settings");
        assertThat(table().published())
                .as("a night without work leaves a record too")
                .hasSize(2);
        assertThat(table().images().count()).isEqualTo(2);
    }

    @Test
    void labelsOnlyWhatIsNewOrChangedAndShowsEachImagesNewestRow() throws IOException {
        TestImages.write(images, Map.of("a.png", TestImages.png(20, 10), "b.png", TestImages.png(24, 10)));
        label("night1", "");
        TestImages.write(images, Map.of("b.png", TestImages.png(28, 10), "c.png", TestImages.png(30, 10)));

        LabelSummary second = label("night2", "");

        assertThat(second.planned()).isEqualTo(2);
        assertThat(table().images().orderBy("file_name").collectAsList())
                .extracting(row -> row.getAs("file_name") + " " + row.getAs("width"))
                .containsExactly("a.png 20", "b.png 28", "c.png 30");
        assertThat(table().instances()
                        .filter("category_name = 'whole'")
                        .orderBy("area")
                        .collectAsList())
                .extracting(row -> row.<Long>getAs("area"))
                .containsExactly(200L, 280L, 300L);
        assertThat(table().images(table().run("night1")).count()).isEqualTo(2);
    }

    @Test
    void labelsAllAgainForAnotherModelOrOtherSettings() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        label(null, "");

        assertThat(label(null, "label.min-score = 0.6").planned()).isEqualTo(1);
        assertThat(label(null, "label.batch-size = 2").state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(job(new SquarePredictor.Source("f".repeat(64)), "")
                        .run(request(null, LabelRequest.Mode.LABEL), List.of())
                        .planned())
                .isEqualTo(1);
        assertThat(table().published()).extracting(RunRecord::number).containsExactly(4L, 3L, 2L, 1L);
    }

    @Test
    void leavesOutWhatHasLessThanTheScoreOfItsCategory() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));

        label("usual", "label.min-scores = []");
        label("edges", "label.min-score = 0.95, label.min-scores = [\"" + edge() + "=0.4\"]");

        assertThat(table().instances(table().run("usual")).count()).isEqualTo(2);
        assertThat(table().instances(table().run("edges")).collectAsList())
                .extracting(row -> row.<Double>getAs("score"))
                .containsExactly(0.5);
        assertThat(label(null, "label.min-scores = []").state()).isEqualTo(LabelSummary.State.UNCHANGED);
    }

    private static long edge() {
        return SquarePredictor.CATEGORIES.get(1).id();
    }

    @Test
    @FaultRow(value = "two runs at once over the same images", exitCodes = 0)
    void twoRunsAtOnceLabelNoImageTwice() throws IOException {
        for (int i = 0; i < 12; i++) {
            Files.write(images.resolve(i + ".png"), TestImages.png(20 + i, 10));
        }
        String some = images + "/{0..3}.png";
        CompletableFuture<LabelSummary> one =
                CompletableFuture.supplyAsync(() -> label("one", "label.wave-images = 3"));
        CompletableFuture<LabelSummary> two =
                CompletableFuture.supplyAsync(() -> job(new SquarePredictor.Source(DIGEST), "")
                        .run(new LabelRequest(some, null, table, "two", LabelRequest.Mode.LABEL), List.of()));

        assertThat(one.join().planned() + two.join().planned()).isEqualTo(12);
        assertThat(table().published()).extracting(RunRecord::runId).containsExactlyInAnyOrder("one", "two");
        assertThat(table().images(table().run("one")).count()
                        + table().images(table().run("two")).count())
                .isEqualTo(12);
        assertThat(table().images().count()).isEqualTo(12);
        assertThat(table().instances().count()).isEqualTo(24);
    }

    @Test
    @FaultRow(value = "two runs at once over the same images", exitCodes = 4)
    void refusesToLabelImagesThatAnotherProcessIsAtWorkOn() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        RunWork work =
                request(null, LabelRequest.Mode.LABEL).work(DIGEST, config("").digest());

        try (RunClaim other = RunClaim.take(
                table, "other", work, note -> {}, SPARK.sparkContext().hadoopConfiguration())) {
            assertThatThrownBy(() -> label(null, ""))
                    .isInstanceOfSatisfying(
                            OperatorException.class,
                            e -> assertThat(e.kind().exitCode()).isEqualTo(4))
                    .hasMessageStartingWith(
                            "run " + other.runId() + " in " + table + " is at work on these images: process "
                                    + ProcessHandle.current().pid() + " on ");
        }
        assertThat(label(null, "").planned()).isEqualTo(1);
    }

    @Test
    void refusesARunIdThatIsPublished() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        label("night1", "");
        Files.write(images.resolve("b.png"), TestImages.png(20, 10));

        assertThatThrownBy(() -> label("night1", ""))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.kind()).isEqualTo(OperatorException.Kind.CONFLICT))
                .hasMessage("run night1 is published in " + table + " already");
    }

    @Test
    void readsOnlyPublishedRuns() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));
        label("night1", "");
        Files.move(Path.of(table, "runs", "night1.json"), temporary.resolve("aside"));

        assertThat(table().published()).isEmpty();
        assertThatThrownBy(() -> table().images())
                .isInstanceOf(OperatorException.class)
                .hasMessage("no run is published in the table " + table);
    }

    @Test
    void planOfADryRunTouchesNothing() throws IOException {
        Files.write(images.resolve("a.png"), TestImages.png(20, 10));

        LabelSummary summary =
                job(new SquarePredictor.Source(DIGEST), "").run(request(null, LabelRequest.Mode.DRY_RUN), List.of());

        assertThat(summary.text()).isEqualTo("dry run: 1 of 1 images (0.0 MB) would be labelled, into " + table);
        assertThat(Path.of(table)).doesNotExist();
    }

    @Test
    void takesIdsAndNamesFromACocoJsonAndRecordsAMissingFile() throws IOException {
        TestImages.write(images, Map.of("sub/a.png", TestImages.png(20, 10), "not-listed.png", TestImages.png(9, 9)));
        Path json = temporary.resolve("truth.json");
        Files.writeString(json, """
                {"images": [{"id": 42, "file_name": "sub/a.png"}, {"id": 7, "file_name": "gone.png"}],
                 "categories": [], "annotations": []}
                """, StandardCharsets.UTF_8);

        job(new SquarePredictor.Source(DIGEST), "")
                .run(
                        new LabelRequest(json.toString(), images.toString(), table, null, LabelRequest.Mode.LABEL),
                        List.of());

        assertThat(table().images().orderBy("image_id").collectAsList())
                .extracting(row -> row.getAs("image_id") + " " + row.getAs("file_name") + " " + row.getAs("status")
                        + " " + row.getAs("error_reason"))
                .containsExactly("7 gone.png error no such file", "42 sub/a.png ok null");
    }

    @Test
    void loadsTheModelOnceInAJvm() throws IOException {
        for (int i = 0; i < 8; i++) {
            Files.write(images.resolve(i + ".png"), TestImages.png(20 + i, 10));
        }
        String own = "1".repeat(64);

        job(new SquarePredictor.Source(own), "label.wave-images = 2")
                .run(request(null, LabelRequest.Mode.LABEL), List.of());

        assertThat(SquarePredictor.LOADED.get(own)).hasValue(1);
    }

    private LabelSummary label(@Nullable String runId, String settings) {
        return job(new SquarePredictor.Source(DIGEST), settings)
                .run(request(runId, LabelRequest.Mode.LABEL), settings(settings).entries("label", LabelConfig::from));
    }

    private LabelImages job(PredictorSource source, String settings) {
        Console silent = new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Console.Format.TEXT,
                Console.Verbosity.QUIET);
        return new LabelImages(
                SPARK, source, config(settings), Settings.defaults().read("host", HostConfig::from), silent);
    }

    private static LabelConfig config(String settings) {
        return settings(settings).read("label", LabelConfig::from);
    }

    private static Settings settings(String hocon) {
        return Settings.of(ConfigFactory.parseString(hocon));
    }

    private LabelRequest request(@Nullable String runId, LabelRequest.Mode mode) {
        return new LabelRequest(images.toString(), null, table, runId, mode);
    }

    private LabelTable table() {
        return new LabelTable(SPARK, table);
    }
}
