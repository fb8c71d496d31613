package dev.mnc.jobs.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an ordinary write of Spark does under faults that a label table withstands: {@code write().mode("append").parquet(table)},
 * with the committer and the settings that Spark has of its own.
 */
@Tag("spark")
class StockSparkTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final int ROWS = 40;
    private static final int PARTITIONS = 4;

    /** Opened when rows may be written on. */
    private static CountDownLatch gate = new CountDownLatch(0);

    private static CountDownLatch waits = new CountDownLatch(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private String table = "";

    @BeforeEach
    void namesTheTable() {
        table = temporary.resolve("table").toString();
    }

    private static Dataset<Long> rows(MapFunction<Long, Long> task) {
        return SPARK.range(0, ROWS, 1, PARTITIONS).as(Encoders.LONG()).map(task, Encoders.LONG());
    }

    private static Dataset<Long> rows() {
        return rows(row -> row);
    }

    private void append(Dataset<Long> rows) {
        rows.write().mode("append").parquet(table);
    }

    private long count() {
        return SPARK.read().parquet(table).count();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(table))) {
            return files.filter(file -> file.getFileName().toString().matches("part-.*\\.parquet"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allIsLostWithOneTask() throws IOException {
        assertThatThrownBy(() -> append(rows(row -> {
                    if (row == ROWS - 1) {
                        throw new IllegalStateException("planted");
                    }
                    return row;
                })))
                .hasMessageContaining("planted");
        System.err.println("FILES " + files());
    }

    @Test
    void asecondRunDoubles() {
        append(rows());
        append(rows());
        System.err.println("COUNT " + count());
    }

    private static long waiting(long row) throws InterruptedException {
        if (row == ROWS - 1) {
            waits.countDown();
            gate.await(1, TimeUnit.MINUTES);
        }
        return row;
    }

    @Test
    void two() throws Exception {
        gate = new CountDownLatch(1);
        waits = new CountDownLatch(1);
        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> append(rows(StockSparkTest::waiting)));
        waits.await();
        append(rows());
        gate.countDown();
        try {
            one.get();
        } catch (Exception e) {
            System.err.println("THROWN " + e);
        }
        System.err.println("COUNT " + count());
        System.err.println("FILES " + files());
    }

    @Test
    void missing() throws IOException {
        append(rows());
        Files.delete(files().get(0));
        System.err.println("MISSING COUNT " + count());
    }

    @Test
    void bits() throws IOException {
        append(rows().coalesce(1));
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        List<Long> good = SPARK.read().parquet(table).as(Encoders.LONG()).collectAsList();
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        int other = 0, failed = 0;
        Random random = new Random(1);
        long t = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            byte[] flipped = whole.clone();
            int bit = random.nextInt(whole.length * 8);
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            try {
                if (!SPARK.read()
                        .schema("value bigint")
                        .parquet(table)
                        .as(Encoders.LONG())
                        .collectAsList()
                        .equals(good)) other++;
            } catch (Exception e) {
                failed++;
            }
        }
        System.err.println("BITS other " + other + " failed " + failed + " of 40, bytes " + whole.length + " s "
                + (System.nanoTime() - t) / 1e9);
    }
}
