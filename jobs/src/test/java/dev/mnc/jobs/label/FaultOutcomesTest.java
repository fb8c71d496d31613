package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs in this process whose store, decoder, device or disk comes to grief. */
@Tag("spark")
@Tag("tensorflow")
@Timeout(120)
class FaultOutcomesTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final int IMAGES = 12;

    /** The width of images that hang. */
    private static final int HANGS = 17;

    private static final String GOES_ON = "; fix what is wrong; then run the same command: it goes on with run night";

    /** Of its own for each test, since a host whose device hangs is not replaced. */
    private final String digest = UUID.randomUUID().toString();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @BeforeEach
    void installsTheStore() {
        FaultyFiles.install(SPARK.sparkContext().hadoopConfiguration());
    }

    @AfterEach
    void endsWhatHangs() {
        FaultyFiles.end.countDown();
        SPARK.sparkContext().hadoopConfiguration().unset("fs.faulty.impl");
    }

    /** The part that does not answer. */
    private enum Part {
        NONE,
        DECODER,
        DEVICE
    }

    private record Source(Part part, String digest) implements SquareSource {

        @Override
        public Predictor load() {
            return new PlantedPredictor(
                    input -> hangs(Part.DECODER, List.of(input)), inputs -> hangs(Part.DEVICE, inputs));
        }

        private void hangs(Part where, List<NetworkInput> inputs) {
            if (part == where && PlantedPredictor.holds(inputs, HANGS)) {
                FaultyFiles.hang();
            }
        }
    }

    private void images(String prefix, int hanging) throws IOException {
        Path images = Files.createDirectories(temporary.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(String.format(Locale.ROOT, "%02d.png", i)), TestImages.png(20 + i, 10));
        }
        for (int i = 0; i < hanging; i++) {
            Files.write(images.resolve(prefix + i + ".png"), TestImages.png(HANGS, 10));
        }
    }

    private String table(Part part) {
        return temporary.resolve("table-" + part).toString();
    }

    private FaultRun label(Part part, String settings) {
        return label(part, "night", settings, table(part));
    }

    private FaultRun label(Part part, @Nullable String run, String settings, String table) {
        String images = FaultyFiles.ROOT + temporary.resolve("images");
        return FaultRun.of(
                SPARK,
                new Source(part, digest),
                settings,
                new LabelRequest(images, null, table, run, LabelRequest.Mode.LABEL));
    }

    private List<String> errors(Part part) {
        LabelTable table =
                new LabelTable(SPARK, temporary.resolve("table-" + part).toString());
        return table.images().filter("status = 'error'").orderBy("file_name").collectAsList().stream()
                .map(row -> row.getAs("file_name") + " " + row.getAs("error_stage") + " " + row.getAs("error_reason"))
                .toList();
    }

    @Test
    @FaultRow(value = "a file is damaged or no image", exitCodes = 0)
    @FaultRow(value = "more images fail than label.max-error-rate allows", exitCodes = 3)
    void whatIsNoImageIsAnError() throws IOException {
        images("odd", 0);
        Files.writeString(temporary.resolve("images/03.png"), "<!DOCTYPE html><html>403</html>");

        FaultRun run = label(Part.NONE, "");
        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.OK);
        assertThat(errors(Part.NONE)).containsExactly("03.png decode HTML page, not an image");

        FaultRun strict = label(
                Part.NONE,
                "strict",
                "max-error-rate = 0.05",
                temporary.resolve("strict").toString());
        assertThat(strict.exitCode()).as(strict.said()).isEqualTo(ExitCode.TOO_MANY_ERRORS);
        assertThat(strict.images()).as("published all the same").containsExactly(12L, 11L, 1L);
    }

    @Test
    @FaultRow(value = "the store does not answer for a file for label.read-seconds", exitCodes = 0)
    void aReadThatIsNotAnsweredIsAnErrorAndTriedAgainNextTime() throws IOException {
        images(FaultyFiles.STALLED, 2);

        FaultRun run = label(Part.NONE, "read-seconds = 1");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.OK);
        assertThat(errors(Part.NONE))
                .containsExactly(
                        "stalled0.png read reading took longer than 1 s (label.read-seconds)",
                        "stalled1.png read reading took longer than 1 s (label.read-seconds)");
        FaultyFiles.end.countDown();
        assertThat(label(Part.NONE, null, "", table(Part.NONE)).images())
                .as("they are work again")
                .containsExactly(2L, 2L, 0L);
    }

    @Test
    @FaultRow(value = "more than 64 reads at once never end", exitCodes = 6)
    void aStoreThatAnswersNobodyEndsTheRun() throws IOException {
        images(FaultyFiles.STALLED, 66);

        FaultRun run = label(Part.NONE, "read-seconds = 1, read-ahead = 80");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .matches("error: labelling stopped: 65 reads have not ended after their deadline, the last one that of"
                        + " faulty:/\\S+/stalled\\d+\\.png \\(on \\S+\\)");
        assertThat(run.said()).contains("  0 images are committed" + GOES_ON);
    }

    @Test
    @FaultRow(value = "an image is not decoded in label.decode-seconds", exitCodes = 0)
    void anImageThatIsNotDecodedIsAnError() throws IOException {
        images("odd", 2);

        FaultRun run = label(Part.DECODER, "decode-seconds = 1");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.OK);
        assertThat(run.images()).containsExactly(IMAGES + 2L, (long) IMAGES, 2L);
        assertThat(errors(Part.DECODER))
                .hasSize(2)
                .allMatch(line -> line.endsWith(" decode decoding took longer than 1 s (label.decode-seconds)"));
    }

    @Test
    @FaultRow(value = "more than four decoders at once never end", exitCodes = 6)
    void decodersThatNeverEndEndTheRun() throws IOException {
        images("odd", 12);

        FaultRun run = label(Part.DECODER, "decode-seconds = 1");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .matches(
                        "error: labelling stopped: the device failed \\(on \\S+\\): \\d+ images are still being decoded"
                                + " after their deadline, the last one faulty:/\\S+/odd\\d+\\.png");
        assertThat(run.said()).contains("  0 images are committed" + GOES_ON);
    }

    @Test
    @FaultRow(value = "a device does not answer for label.detect-seconds", exitCodes = 6)
    void aDeviceThatHangsEndsTheRunWhereThereIsNoOther() throws IOException {
        images("odd", 1);

        FaultRun run = label(Part.DEVICE, "detect-seconds = 1");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .matches(
                        "error: labelling stopped: the device failed \\(on \\S+\\): the device has not answered for 1 s"
                                + " \\(label.detect-seconds\\)");
        assertThat(run.said()).contains("  0 images are committed" + GOES_ON);
    }

    @Test
    @FaultRow(value = "a disk is full", exitCodes = 6)
    void aFullDiskIsNamed() throws IOException {
        images("odd", 0);
        FaultyFiles.full(".zstd.parquet");
        String table = FaultyFiles.ROOT + temporary.resolve("table");

        FaultRun run = label(Part.NONE, "night", "", table);

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .matches("error: labelling stopped: a disk is full: .*No space left on device \\(on \\S+\\)");
        assertThat(run.said())
                .contains("  0 images are committed; free space there, or choose other folders (--table,"
                        + " spark.local.dir, java.io.tmpdir); then run the same command: it goes on with run night");

        FaultyFiles.full("");
        FaultRun next = label(Part.NONE, "night", "", table);
        assertThat(next.said()).contains("going on with run night: 0 of 12 images are committed");
        assertThat(next.images()).containsExactly((long) IMAGES, (long) IMAGES, 0L);
    }
}
