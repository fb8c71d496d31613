package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that stop half-way, and what the next start makes of them. */
@Tag("spark")
@Tag("tensorflow")
class ResumeTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final int IMAGES = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path images;
    private String table;

    @BeforeEach
    void makesImages() throws IOException {
        images = Files.createDirectory(temporary.resolve("images"));
        table = temporary.resolve("table").toString();
        for (int i = 0; i < IMAGES; i++) {
            Files.write(
                    images.resolve(String.format(Locale.ROOT, "%02d.png", i)),
                    TestImages.png(i == 8 ? 17 : 20 + i, 10));
        }
    }

    @AfterEach
    void mendsTheDevice() {
        SquarePredictor.BREAKS_DOWN.set(false);
    }

    @Test
    void goesOnAfterTheLastCommittedWave() throws IOException {
        String committed = breakDown(null);

        LabelSummary summary = label(null, "");

        assertThat(summary.state()).isEqualTo(LabelSummary.State.LABELLED);
        assertThat(summary.planned()).isEqualTo(IMAGES);
        assertThat(summary.committedBefore()).isBetween(6L, IMAGES - 2L);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("going on with run " + summary.runId() + ": " + committed + " of " + IMAGES
                        + " images are committed");
        RunRecord record = table().newest();
        assertThat(record.timing().processes()).isEqualTo(2);
        assertThat(record.outcome().ok()).isEqualTo(IMAGES);
        assertThat(rows()).isEqualTo(undisturbed());
        assertThat(dataFiles())
                .as("waves that failed leave nothing")
                .hasSize(table().dataFiles(record).size());
        assertThat(Path.of(table, "runs", record.runId())).doesNotExist();
        assertThat(label(null, "").state()).isEqualTo(LabelSummary.State.UNCHANGED);
    }

    @Test
    void goesOnWithARunOfAGivenName() throws IOException {
        String committed = breakDown("night");

        LabelSummary summary = label("night", "");

        assertThat(summary.runId()).isEqualTo("night");
        assertThat(summary.committedBefore()).isEqualTo(Long.parseLong(committed));
        assertThat(rows()).isEqualTo(undisturbed());
    }

    @Test
    void labelsWhatCameSinceInARunOfItsOwn() throws IOException {
        breakDown(null);
        Files.write(images.resolve("new.png"), TestImages.png(40, 10));

        LabelSummary summary = label(null, "");

        assertThat(summary.planned()).isEqualTo(1);
        assertThat(table().published()).extracting(run -> run.input().planned()).containsExactly(1L, (long) IMAGES);
        assertThat(rows()).hasSize(IMAGES + 1);
    }

    @Test
    void leavesARunOfOtherSettingsAlone() throws IOException {
        breakDown(null);

        LabelSummary summary = label(null, ", min-score = 0.6");

        assertThat(summary.planned()).isEqualTo(IMAGES);
        assertThat(summary.committedBefore()).isZero();
        assertThatThrownBy(() -> label(unfinished(), ", min-score = 0.6"))
                .isInstanceOf(OperatorException.class)
                .hasMessageEndingWith(
                        " was begun for other labels: another model, or other settings that change labels");
    }

    @Test
    void beginsAnewWhereALaterRunHasLabelledSomeOfItsImages() throws IOException {
        breakDown(null);
        String other = images + "/{00..03}.png";
        assertThat(run(new LabelRequest(other, null, table, null, LabelRequest.Mode.LABEL), "")
                        .planned())
                .isEqualTo(4);

        LabelSummary summary = label(null, "");

        assertThat(summary.planned()).isEqualTo(IMAGES - 4);
        assertThat(summary.committedBefore()).isZero();
        assertThat(rows()).isEqualTo(undisturbed());
        assertThat(table().published().stream()
                        .mapToLong(run -> run.outcome().ok())
                        .sum())
                .isEqualTo(IMAGES);
    }

    /** Lets the device die in the fifth of six waves, and returns how many images are committed then. */
    private String breakDown(@Nullable String runId) {
        SquarePredictor.BREAKS_DOWN.set(true);
        OperatorException stopped =
                org.junit.jupiter.api.Assertions.assertThrows(OperatorException.class, () -> label(runId, ""));
        SquarePredictor.BREAKS_DOWN.set(false);
        assertThat(stopped.kind()).isEqualTo(OperatorException.Kind.ENVIRONMENT);
        assertThat(stopped.remedy())
                .matches("\\d+ images are committed; fix what is wrong; then run the same command: it goes on with run "
                        + unfinished());
        assertThat(table().published()).isEmpty();
        return stopped.remedy().replaceAll(" .*", "");
    }

    private String unfinished() {
        try (Stream<Path> runs = Files.list(Path.of(table, "runs"))) {
            return runs.filter(Files::isDirectory)
                    .map(run -> run.getFileName().toString())
                    .filter(name -> !name.equals("numbers"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(table))) {
            return files.filter(file -> file.toString().endsWith(".zstd.parquet"))
                    .toList();
        }
    }

    private List<String> undisturbed() {
        String other = temporary.resolve("undisturbed").toString();
        run(new LabelRequest(images.toString(), null, other, null, LabelRequest.Mode.LABEL), "");
        return rows(other);
    }

    private List<String> rows() {
        return rows(table);
    }

    private static List<String> rows(String table) {
        return new LabelTable(SPARK, table)
                .instances().orderBy("image_uri", "instance").collectAsList().stream()
                        .filter(row -> row.<Integer>getAs("instance") == 0)
                        .map(Row::json)
                        .toList();
    }

    private LabelSummary label(@Nullable String runId, String settings) {
        return run(new LabelRequest(images.toString(), null, table, runId, LabelRequest.Mode.LABEL), settings);
    }

    private LabelSummary run(LabelRequest request, String settings) {
        Settings all = Settings.of(ConfigFactory.parseString("label { wave-images = 2" + settings + " }"));
        Console console = new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                Console.Format.TEXT,
                Console.Verbosity.NORMAL);
        return new LabelImages(
                        SPARK,
                        new SquarePredictor.Source("0".repeat(64)),
                        all.read("label", LabelConfig::from),
                        Settings.defaults().read("host", dev.mnc.jobs.executor.HostConfig::from),
                        console)
                .run(request, all.entries("label", LabelConfig::from));
    }

    private LabelTable table() {
        return new LabelTable(SPARK, table);
    }
}
