package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.corpus.Spill;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.LabelRequest.Copies;
import dev.mnc.jobs.label.work.WorkRule;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.PlanRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images are work, whether the listing is in memory or is joined with the table by Spark. */
@Tag("spark")
@Tag("tensorflow")
class WorkTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final WorkRule NEW = new WorkRule.NotLabelled();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path images;
    private String table;

    @BeforeEach
    void namesFolders() throws IOException {
        images = Files.createDirectory(temporary.resolve("images"));
        table = temporary.resolve("the [label] table").toString();
    }

    @ParameterizedTest(name = "{0} images in memory")
    @ValueSource(ints = {2, Spill.MEMORY_IMAGES})
    void anImageIsWorkWhereItsNewestRowIsOfAnotherVersion(int memory) throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            write(name, 20, 1);
        }
        assertThat(label(memory, NEW, "").planned()).isEqualTo(4);

        write("b", 24, 2);
        write("e", 30, 1);
        Files.delete(images.resolve("c.png"));
        assertThat(label(memory, NEW, "").planned()).as("b and e").isEqualTo(2);
        assertThat(gone()).as("c").isEqualTo(1);

        write("b", 20, 1);
        assertThat(label(memory, NEW, "").planned())
                .as("b went back to what the first night saw")
                .isEqualTo(1);
        assertThat(label(memory, NEW, "").state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(gone()).isEqualTo(1);
        assertThat(rows()).containsExactly("a.png 20", "b.png 20", "c.png 20", "d.png 20", "e.png 30");
        assertThat(Path.of(table, "runs", "listings"))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).doesNotExist(),
                        folder -> assertThat(folder).isEmptyDirectory());
    }

    @Test
    void settingsMakeWorkButAreNotLookedAtByReaders() throws IOException {
        int memory = 2;
        for (String name : List.of("a", "b", "c")) {
            write(name, 20, 1);
        }
        label(memory, NEW, "");
        Files.delete(images.resolve("c.png"));

        assertThat(label(memory, NEW, "min-score = 0.6").planned()).isEqualTo(2);
        assertThat(gone()).as("c has a row, whatever its settings").isEqualTo(1);
        assertThat(rows()).as("the newest row of each image").hasSize(3);
        assertThat(new LabelTable(SPARK, table).instances().count())
                .as("two of c with its score, one each of the others")
                .isEqualTo(4);
        assertThat(label(memory, NEW, "").state())
                .as("these settings have labelled all")
                .isEqualTo(LabelSummary.State.UNCHANGED);
    }

    @ParameterizedTest(name = "{0} images in memory")
    @ValueSource(ints = {2, Spill.MEMORY_IMAGES})
    void whatIsLabelledIsRedoneOnPurpose(int memory) throws IOException {
        for (String name : List.of("a", "b", "c")) {
            write(name, 20, 1);
        }
        Files.write(images.resolve("empty.png"), new byte[0]);
        write("fails", 13, 1);
        LabelSummary first = label(memory, NEW, "");
        assertThat(label(memory, NEW, "").planned())
                .as("the model failed on it")
                .isEqualTo(1);

        String run = requireNonNull(first.runId());
        assertThat(label(memory, new WorkRule.Errors(run, ""), "").planned()).isEqualTo(2);
        assertThat(label(memory, new WorkRule.Errors(run, "empty file"), "").planned())
                .isEqualTo(1);
        assertThat(label(memory, new WorkRule.Errors(run, "detect"), "").planned())
                .isEqualTo(1);
        assertThat(label(memory, new WorkRule.Everything(), "").planned()).isEqualTo(5);
        assertThat(rows()).hasSize(5);
        assertThat(gone()).isZero();
    }

    @ParameterizedTest(name = "{0} images in memory")
    @ValueSource(ints = {2, Spill.MEMORY_IMAGES})
    void imagesInThePlanOfARunThatIsAtWorkAreLeftToIt(int memory) throws IOException {
        for (String name : List.of("1", "2", "3", "4")) {
            write(name, 20, 1);
        }
        LabelRequest other = new LabelRequest(images + "/{1..2}.png", null, table, null, LabelRequest.Mode.LABEL);
        String digest = Settings.defaults().read("label", LabelConfig::from).digest();
        Configuration hadoop = SPARK.sparkContext().hadoopConfiguration();
        try (RunClaim claim = RunClaim.take(table, "other", other.work("0".repeat(64), digest), note -> {}, hadoop)) {
            PackedImages theirs = ImageListing.of(other.source(), hadoop).images();
            RunPlan unused = claim.store(
                    theirs.iterator(),
                    files -> new PlanRecord(
                            "other", claim.work(), "2026-01-01T00:00:00Z", 2, theirs.digest(), 0, 2, 10, files));

            assertThat(label(memory, NEW, "").planned()).isEqualTo(2);
            assertThat(rows()).containsExactly("3.png 20", "4.png 20");
            assertThat(said.toString(StandardCharsets.UTF_8))
                    .contains("2 images are left to run other, which is at work on them: process ");
            assertThat(gone()).isZero();
        }
    }

    @Test
    void theFilesOfATableAmongTheImagesAreNoImages() throws IOException {
        write("a", 20, 1);
        table = images.resolve("labels").toString();
        label(2, NEW, "");

        assertThat(label(2, NEW, "").state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsPattern("the label table lies among the images: its \\d+ files were left out");

        table = images.toString();
        label(2, NEW, "");
        assertThat(rows()).as("a table in the images' own folder").contains("a.png 20");
        assertThat(label(2, NEW, "").state()).isEqualTo(LabelSummary.State.UNCHANGED);
    }

    @Test
    void readersLeaveOutWhatIsGoneWhereTheyAreToldTheImages() throws IOException {
        write("a", 20, 1);
        write("b", 24, 1);
        label(2, NEW, "");
        write("c", 30, 1);
        label(2, NEW, "");
        Files.delete(images.resolve("a.png"));

        LabelTable all = new LabelTable(SPARK, table);
        LabelTable listed = new LabelTable(SPARK, table, images.toString());
        assertThat(all.images().count()).isEqualTo(3);
        assertThat(listed.images().orderBy("file_name").collectAsList())
                .extracting(row -> row.<String>getAs("file_name"))
                .containsExactly("b.png", "c.png");
        assertThat(listed.instances().schema()).isEqualTo(all.instances().schema());
        assertThat(listed.instances().count()).isEqualTo(4);
        assertThat(listed.images(listed.newest()).count()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} images in memory")
    @ValueSource(ints = {2, Spill.MEMORY_IMAGES})
    void ofImagesWithTheSameBytesTheFirstIsLabelledOnRequest(int memory) throws IOException {
        write("a", 20, 1);
        write("b", 24, 2);
        write("c", 20, 3);
        write("d", 24, 1);
        write("e", 30, 1);
        byte[] sameSize = Files.readAllBytes(images.resolve("e.png"));
        sameSize[sameSize.length - 1] ^= 1;
        Files.write(images.resolve("f.png"), sameSize);

        assertThat(label(memory, NEW, Copies.LEFT_OUT, "").planned())
                .as("c is a copy of a, d of b; f is as long as e")
                .isEqualTo(4);
        assertThat(rows()).containsExactly("a.png 20", "b.png 24", "e.png 30", "f.png 30");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("2 of 6 images have the same bytes as another one and are left out");
        assertThat(label(memory, NEW, Copies.LEFT_OUT, "").state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(label(memory, NEW, "").planned()).as("the copies").isEqualTo(2);
    }

    @Test
    void theDigestsOfAStoreTellCopiesWithoutReading() throws IOException {
        String md5 = "781e5e245d69b566979b86e28d23f2c7";
        String other = md5.replace('7', '6');
        Path manifest = Files.writeString(
                temporary.resolve("m.csv"),
                "uri,image_id,size_bytes,etag\nfile:///none/a,1,5," + md5 + "\nfile:///none/b,2,5," + md5
                        + "\nfile:///none/c,3,6," + md5 + "\nfile:///none/d,4,5," + other + "\n");
        for (int memory : List.of(2, Spill.MEMORY_IMAGES)) {
            LabelRequest request = new LabelRequest(
                    manifest.toString(), null, null, table, null, LabelRequest.Mode.DRY_RUN, NEW, Copies.LEFT_OUT);

            assertThat(job("").run(request, Preparation.of(request, memory, SPARK.sparkContext()), List.of())
                            .planned())
                    .as("b is a copy of a; c has another size, d another digest")
                    .isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a.png,1 b.png,2 c.png,1 | "file:///a.png" and "file:///c.png" have the same image id 1
            a.png,1 b.png,2 a.png,3 | file:///a.png is listed twice, with the image ids 1 and 3
            """)
    void refusesWhatOccursTwiceInALargeListing(String rows, String message) throws IOException {
        Path manifest = Files.writeString(
                temporary.resolve("m.csv"),
                "uri,image_id,size_bytes\nfile:///" + rows.replace(" ", ",5\nfile:///") + ",5\n");
        LabelRequest request = new LabelRequest(manifest.toString(), null, table, null, LabelRequest.Mode.LABEL);

        assertThatThrownBy(() -> job("").run(request, Preparation.of(request, 2, SPARK.sparkContext()), List.of()))
                .isInstanceOf(OperatorException.class)
                .hasMessage(message);
    }

    private void write(String name, int width, long time) throws IOException {
        Path file = Files.write(images.resolve(name + ".png"), TestImages.png(width, 10));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000 * time));
    }

    private List<String> rows() {
        return new LabelTable(SPARK, table)
                .images().orderBy("file_name").collectAsList().stream()
                        .map(row -> row.getAs("file_name") + " " + row.getAs("width"))
                        .toList();
    }

    private long gone() {
        Long gone = new LabelTable(SPARK, table).newest().input().gone();
        return gone == null ? -1 : gone;
    }

    private LabelSummary label(int memoryImages, WorkRule rule, String settings) {
        return label(memoryImages, rule, Copies.LABELLED, settings);
    }

    private LabelSummary label(int memoryImages, WorkRule rule, Copies copies, String settings) {
        LabelRequest request =
                new LabelRequest(images.toString(), null, null, table, null, LabelRequest.Mode.LABEL, rule, copies);
        return job(settings).run(request, Preparation.of(request, memoryImages, SPARK.sparkContext()), List.of());
    }

    private LabelImages job(String settings) {
        Settings all = Settings.of(
                ConfigFactory.parseString("label { max-error-rate = 1, batch-wait-millis = 0, " + settings + " }"));
        return new LabelImages(
                SPARK,
                new SquarePredictor.Source("0".repeat(64)),
                all.read("label", LabelConfig::from),
                all.read("host", HostConfig::from),
                new Console(
                        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(said, true, StandardCharsets.UTF_8),
                        Console.Format.TEXT,
                        Console.Verbosity.NORMAL));
    }
}
