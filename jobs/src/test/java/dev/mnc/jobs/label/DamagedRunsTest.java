package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.CommandRun;
import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.maintenance.RunWriter;
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
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What damaged runs do to the nights after them, and to readers. */
@Tag("spark")
@Tag("tensorflow")
class DamagedRunsTest {

    private static final SparkSession SPARK = TestSession.spark();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    @FaultRow(value = "a data file of an old run is missing or damaged", exitCodes = 0)
    void aNightNamesThemAndLabelsTheirImagesAgain() throws IOException {
        for (String run : List.of("good", "record", "list", "missing", "rotten", "hidden")) {
            Files.createDirectories(temporary.resolve("images"));
            Files.write(temporary.resolve("images").resolve(run + ".png"), TestImages.png(20, 10));
            label(run);
        }
        assertThat(command("gc", "--older-than", "0s").out())
                .isEqualTo("0 files (0 B) and 0 pending uploads that no run refers to\n");
        assertThat(command("verify").exitCode()).isZero();

        Path record = table().resolve("runs/record.json");
        Path list =
                table().resolve(requireNonNull(labels().run("list").manifest()).path());
        Path missing = file("missing", "instances/");
        Path rotten = file("rotten", "images/");
        Files.writeString(record, Files.readString(record).replace("\"ok\" : 1", "\"ok\" : 2"));
        Files.delete(list);
        Files.delete(missing);
        byte[] content = Files.readAllBytes(rotten);
        content[(int) RunWriter.endOf(rotten, "image_uri")] ^= 1;
        Files.write(rotten, content);
        assertThat(command("retract", "--run", "hidden").exitCode()).isZero();
        assertThat(said()).doesNotContain("warning");

        assertThat(label(null).planned()).isEqualTo(5);

        String otherRecord =
                record + " is no run record as it was written: its sha256 is another than its last line says";
        assertThat(said().lines().filter(line -> line.startsWith("warning")))
                .containsExactlyInAnyOrder(
                        "warning: " + damage("record", otherRecord) + again("record"),
                        "warning: " + damage("list", list + " is missing") + "; its images are work again",
                        "warning: " + damage("missing", missing + " is missing") + again("missing"),
                        "warning: "
                                + damage(
                                        "rotten",
                                        rotten
                                                + " has a damaged page in row group 0, column image_uri: could not verify"
                                                + " page integrity, CRC checksum verification failed")
                                + again("rotten"));

        stopsReaders("record", otherRecord, () -> labels().images());
        stopsReaders("list", list + " is missing", () -> labels().images());
        stopsReaders("rotten", rotten + " is not what was written: its sha256 is another", () -> labels().images());
        stopsReaders("missing", missing + " is missing", () -> labels().instances());
        assertThat(labels().images().count()).isEqualTo(6);
        assertThat(command("retract", "--run", "hidden", "--undo").exitCode()).isZero();
        assertThat(label(null).planned()).isZero();
        assertThat(labels().images().count()).as("the newer row wins").isEqualTo(6);
        assertThat(labels().instances().count()).isEqualTo(12);
    }

    private void stopsReaders(String run, String what, ThrowingCallable reader) {
        assertThatThrownBy(reader)
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("put the file back, or leave the run out: mnc retract --table " + table()
                                        + " --run " + run + "; see all of its damage: mnc verify --table " + table()
                                        + " --run " + run))
                .hasMessage(damage(run, what));
        assertThat(command("retract", "--run", run).exitCode()).isZero();
    }

    private String damage(String run, String what) {
        return "run " + run + " in " + table() + " is damaged: " + what;
    }

    private String again(String run) {
        return "; its images are work again (see mnc verify --table " + table() + " --run " + run + ")";
    }

    private Path table() {
        return temporary.resolve("table");
    }

    private LabelTable labels() {
        return new LabelTable(SPARK, table().toString());
    }

    private Path file(String run, String part) {
        return table().resolve(labels().dataFiles(labels().run(run)).stream()
                .map(RunRecord.DataFile::path)
                .filter(path -> path.startsWith(part))
                .findFirst()
                .orElseThrow());
    }

    private CommandRun command(String name, String... options) {
        Object[] all = new Object[3 + options.length];
        all[0] = name;
        all[1] = "--table";
        all[2] = table();
        System.arraycopy(options, 0, all, 3, options.length);
        return CommandRun.of(all);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private LabelSummary label(@org.jspecify.annotations.Nullable String runId) {
        Console console = new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                Console.Format.TEXT,
                Console.Verbosity.NORMAL);
        return new LabelImages(
                        SPARK,
                        new SquarePredictor.Source("0".repeat(64)),
                        Settings.of(ConfigFactory.empty()).read("label", LabelConfig::from),
                        Settings.defaults().read("host", HostConfig::from),
                        console)
                .run(
                        new LabelRequest(
                                temporary.resolve("images").toString(),
                                null,
                                table().toString(),
                                runId,
                                LabelRequest.Mode.LABEL),
                        List.of());
    }
}
