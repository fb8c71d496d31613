package dev.mnc.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.StockSparkRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.label.FaultyFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ordinary write of Spark under faults that a label table withstands: rows made by tasks and appended to a folder of Parquet
 * files, with the committer and the settings that Spark has of its own.
 */
@Tag("spark")
@Timeout(120)
public class StockSparkTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final Configuration HADOOP = SPARK.sparkContext().hadoopConfiguration();
    private static final int ROWS = 40;
    private static final int PARTITIONS = 4;
    private static final int FLIPS = 20;

    /** Counted down when the last row of a job that waits is about to be written, and when it may be. */
    private static volatile CountDownLatch waits = new CountDownLatch(1);

    private static volatile CountDownLatch goesOn = new CountDownLatch(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** In a store that, as S3, has no checksums beside its files. */
    private String table = "";

    private Path folder = Path.of("");

    @BeforeAll
    static void installsTheStore() {
        FaultyFiles.install(HADOOP);
    }

    @BeforeEach
    void namesTheTable() {
        folder = temporary.resolve("table");
        table = FaultyFiles.ROOT + folder;
    }

    @AfterAll
    static void removesTheStore() {
        HADOOP.unset("fs.faulty.impl");
    }

    private static Dataset<Long> rows(SparkSession spark, MapFunction<Long, Long> label) {
        return spark.range(0, ROWS, 1, PARTITIONS).as(Encoders.LONG()).map(label, Encoders.LONG());
    }

    private void append(MapFunction<Long, Long> label) {
        rows(SPARK, label).write().mode("append").parquet(table);
    }

    private static long waiting(long row) throws InterruptedException {
        if (row == ROWS - 1) {
            waits.countDown();
            goesOn.await();
        }
        return row;
    }

    /** Appends rows to a table, the last of which never comes. */
    public static void appendForEver(SparkSession spark, String table) {
        rows(spark, StockSparkTest::waiting).write().mode("append").parquet(table);
    }

    /** Returns whether some tasks of a job that waits have ended. */
    public static boolean hasWrittenSome(Path folder) throws IOException {
        return files(folder, "task_.*").count() > 0;
    }

    /** Returns how many rows readers see. */
    public static long rows(SparkSession spark, String folder) {
        return spark.read().schema("value bigint").parquet(folder).count();
    }

    private List<Long> read() {
        return SPARK.read()
                .schema("value bigint")
                .parquet(table)
                .as(Encoders.LONG())
                .collectAsList();
    }

    private static Stream<Path> files(Path folder, String name) throws IOException {
        if (!Files.exists(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(name)).sorted().toList().stream();
        }
    }

    private Path firstFile() throws IOException {
        return files(folder, "part-.*\\.parquet").findFirst().orElseThrow();
    }

    @Test
    @StockSparkRow({"a file is damaged or no image"})
    void allIsLostWhereOneRowFails() throws IOException {
        assertThatThrownBy(() -> append(row -> {
                    if (row == ROWS - 1) {
                        throw new IllegalStateException("planted");
                    }
                    return row;
                }))
                .hasStackTraceContaining("planted");
        assertThat(files(folder, "part-.*")).isEmpty();
    }

    @Test
    @StockSparkRow("a disk is full")
    void allIsLostWhereTheDiskIsFull() throws IOException {
        FaultyFiles.full(".snappy.parquet");
        try {
            assertThatThrownBy(() -> append(row -> row)).hasStackTraceContaining("No space left on device");
        } finally {
            FaultyFiles.full("");
        }
        assertThat(read()).isEmpty();
    }

    @Test
    @StockSparkRow("the command is given again after it has ended")
    void rowsAreDoubledByASecondRun() {
        append(row -> row);
        append(row -> row);

        assertThat(read()).hasSize(2 * ROWS);
    }

    @Test
    @StockSparkRow("two runs at once over the same images")
    void theFirstOfTwoWritersPublishesHalfOfTheOther() {
        waits = new CountDownLatch(1);
        goesOn = new CountDownLatch(1);
        CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> append(StockSparkTest::waiting));
        await(waits);
        append(row -> row);
        goesOn.countDown();

        assertThatThrownBy(slow::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(FileNotFoundException.class);
        assertThat(read())
                .as("those of the one and a part of those of the other")
                .hasSizeBetween(ROWS + 1, 2 * ROWS - 1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @StockSparkRow("a data file of an old run is missing or damaged")
    void whatIsMissingOrDamagedIsNotNoticed() throws IOException {
        append(row -> row);
        Files.delete(firstFile());
        assertThat(read()).as("a missing file").hasSize(ROWS - ROWS / PARTITIONS);

        Path file = firstFile();
        byte[] whole = Files.readAllBytes(file);
        List<Long> written = read();
        Random random = new Random(1);
        int unnoticed = 0;
        for (int i = 0; i < FLIPS; i++) {
            byte[] flipped = whole.clone();
            int bit = random.nextInt(8 * whole.length);
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            try {
                unnoticed += read().equals(written) ? 0 : 1;
            } catch (Exception e) { // Scala throws checked ones that no signature names.
                // Noticed.
            }
        }
        assertThat(unnoticed)
                .as("flipped bits that gave other rows without an error")
                .isPositive();
    }
}
