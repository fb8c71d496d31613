package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.StockSparkRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.jobs.table.StockSparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process is ended three times, each time in another way, and that goes on each time. */
@Tag("spark")
@Tag("tensorflow")
@Tag("process")
@Timeout(240)
class KilledRunTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final int IMAGES = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** The end of a process. */
    private record End(int exitCode, String said) {}

    static LabelRequest request(String images, String table) {
        return new LabelRequest(FaultyFiles.ROOT + images, null, table, "night", LabelRequest.Mode.LABEL);
    }

    private Path table() {
        return temporary.resolve("table");
    }

    /**
     * Starts a process that can label so many images, and ends it once they are committed.
     *
     * @param stock the table of the stock job that it runs beside, or nothing
     */
    private End label(int readable, String signal, String stock) throws IOException, InterruptedException {
        Path said = temporary.resolve("said");
        Process process = OtherJvm.of(
                        RunToKill.class,
                        temporary.resolve("images").toString(),
                        table().toString(),
                        stock,
                        readable + "")
                .redirectError(said.toFile())
                .redirectOutput(temporary.resolve("out").toFile())
                .start();
        try {
            Path commit = table().resolve(String.format(Locale.ROOT, "runs/night/wave-%06d.json", readable / 2 - 1));
            while (process.isAlive()
                    && !(Files.exists(commit) && (stock.isEmpty() || StockSparkTest.hasWrittenSome(Path.of(stock))))) {
                Thread.sleep(20);
            }
            new ProcessBuilder("kill", "-" + signal, process.pid() + "").start().waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new End(process.exitValue(), Files.readString(said));
    }

    @Test
    @FaultRow(
            value = "SIGTERM or Ctrl-C",
            exitCodes = {143, 130})
    @FaultRow(value = "the process of the command is killed (SIGKILL), or its machine", exitCodes = 137)
    @StockSparkRow({"SIGTERM or Ctrl-C", "the process of the command is killed (SIGKILL), or its machine"})
    void aRunThatIsEndedAgainAndAgainLosesNothing() throws Exception {
        Path images = Files.createDirectory(temporary.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(RunToKill.name(i)), TestImages.png(20 + i, 10));
        }

        String stock = temporary.resolve("stock").toString();
        End first = label(4, "TERM", stock);
        assertThat(first.exitCode()).as(first.said()).isEqualTo(143);
        assertThat(first.said())
                .contains(
                        "warning: stopped by a signal: 4 of 12 images are committed; the same command goes on with run"
                                + " night");
        assertThat(StockSparkTest.rows(SPARK, stock))
                .as("rows of the stock job")
                .isZero();

        End second = label(6, "INT", "");
        assertThat(second.exitCode()).as(second.said()).isEqualTo(130);
        assertThat(second.said())
                .contains("going on with run night: 4 of 12 images are committed")
                .contains("stopped by a signal: 6 of 12 images are committed");

        End third = label(8, "KILL", stock);
        assertThat(third.exitCode()).as(third.said()).isEqualTo(137);
        assertThat(StockSparkTest.rows(SPARK, stock))
                .as("rows of the stock job")
                .isZero();

        FaultyFiles.install(SPARK.sparkContext().hadoopConfiguration());
        FaultRun last = FaultRun.of(
                SPARK,
                new SquarePredictor.Source("0".repeat(64)),
                "wave-images = 2",
                request(images.toString(), table().toString()));
        assertThat(last.said()).contains("going on with run night: 8 of 12 images are committed");
        assertThat(last.images()).containsExactly((long) IMAGES, (long) IMAGES, 0L);
        LabelTable labels = new LabelTable(SPARK, table().toString());
        List<Row> rows = labels.images().orderBy("file_name").collectAsList();
        assertThat(rows)
                .extracting(row -> row.<String>getAs("file_name") + " " + row.<Integer>getAs("width"))
                .containsExactlyElementsOf(Stream.iterate(0, i -> i < IMAGES, i -> i + 1)
                        .map(i -> RunToKill.name(i) + " " + (20 + i))
                        .toList());
        SPARK.sparkContext().hadoopConfiguration().unset("fs.faulty.impl");
    }
}
