package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.FaultRow;
import dev.mnc.jobs.StockSparkRow;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.bench.S3ProxyProcess;
import dev.mnc.jobs.drill.FaultProxy.Fault;
import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.ClaimRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter;
import org.apache.spark.internal.io.cloud.PathOutputCommitProtocol;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose table or images lie in an S3 store that refuses requests, loses answers, or is gone for a while. */
@Tag("spark")
@Tag("tensorflow")
@Tag("process")
@Timeout(120)
class StoreFaultsTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final Configuration HADOOP = SPARK.sparkContext().hadoopConfiguration();
    private static final int IMAGES = 12;
    private static final String GOES_ON = "; fix what is wrong; then run the same command: it goes on with run night";
    private static final int ALL = Integer.MAX_VALUE;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static FaultyS3 s3;

    private String table = "";

    @BeforeAll
    static void starts() throws IOException {
        s3 = new FaultyS3(Files.createDirectory(folder.resolve("s3")), HADOOP);
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve(String.format(Locale.ROOT, "%02d.png", i)), TestImages.png(20 + i, 10));
        }
    }

    @BeforeEach
    void namesTheTable(TestInfo test) {
        table = FaultyS3.ROOT + test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void mendsTheStore() {
        s3.plan().forget();
        s3.plan().comeBack();
    }

    @AfterAll
    static void stops() throws IOException {
        s3.close();
    }

    private FaultRun label(String images) {
        return FaultRun.of(
                SPARK,
                new SquarePredictor.Source("0".repeat(64)),
                "wave-images = 6",
                new LabelRequest(images, null, table, "night", LabelRequest.Mode.LABEL));
    }

    private FaultRun label() {
        return label(folder.resolve("images").toString());
    }

    private void assertWhole(FaultRun run) throws IOException {
        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.OK);
        assertThat(run.images()).containsExactly((long) IMAGES, (long) IMAGES, 0L);
        LabelTable labels = new LabelTable(SPARK, table);
        assertThat(labels.published()).hasSize(1);
        assertThat(labels.images(labels.newest())
                        .select("image_id")
                        .as(Encoders.LONG())
                        .collectAsList())
                .hasSize(IMAGES)
                .doesNotHaveDuplicates();
        assertThat(s3.pendingUploads(table)).isEmpty();
    }

    private boolean isPut(String request, String end) {
        return request.startsWith("PUT ")
                && request.contains(table.substring(FaultyS3.ROOT.length()))
                && request.endsWith(end);
    }

    private static boolean isPart(String request) {
        return request.startsWith("PUT ") && request.contains("partNumber=");
    }

    @Test
    @FaultRow(value = "the store refuses one upload (403)", exitCodes = 0)
    void oneRefusedUploadCostsATask() throws IOException {
        s3.plan().plant(StoreFaultsTest::isPart, Fault.DENIED, 1);

        FaultRun run = label();

        assertWhole(run);
        assertThat(run.line("warning: wave ")).matches("warning: wave \\d failed and is tried again: .*");
    }

    @Test
    @FaultRow(value = "the table's store refuses", exitCodes = 6)
    void aStoreThatRefusesEndsTheRun() throws IOException {
        s3.plan().plant(StoreFaultsTest::isPart, Fault.DENIED, ALL);

        FaultRun run = label();

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .matches(
                        "error: labelling stopped: \\S+ \\S+\\.zstd\\.parquet: upload part #1 upload ID .*Status Code: 403"
                                + ".*AccessDenied \\(on \\S+\\)");
        assertThat(run.said()).contains("  0 images are committed" + GOES_ON);
        assertThat(s3.pendingUploads(table)).isEmpty();
        s3.plan().forget();
        assertWhole(label());
    }

    @Test
    @FaultRow(value = "the images' store refuses", exitCodes = 6)
    void imagesThatMayNotBeListedEndTheRun() {
        s3.plan().plant(request -> request.startsWith("GET ") && request.contains("photos"), Fault.DENIED, ALL);

        FaultRun run = label(FaultyS3.ROOT + "photos/");

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.said())
                .startsWith("error: cannot list " + FaultyS3.ROOT + "photos/: ")
                .contains("Status Code: 403")
                .endsWith("  check the address, and your permissions and credentials\n");
    }

    @Test
    @FaultRow(value = "the store refuses the record", exitCodes = 6)
    void aRunThatMayNotBePublishedIsWholeAllTheSame() throws IOException {
        s3.plan().plant(request -> isPut(request, "/runs/night.json"), Fault.DENIED, ALL);

        FaultRun run = label();

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: "))
                .startsWith("error: cannot publish run night: ")
                .contains("Status Code: 403");
        s3.plan().forget();
        FaultRun next = label();
        assertWhole(next);
        assertThat(next.said()).contains("going on with run night: 12 of 12 images are committed");
    }

    @Test
    @FaultRow(value = "the store vanishes", exitCodes = 6)
    void aStoreThatVanishesEndsTheRun() throws Exception {
        s3.plan()
                .plant(
                        request -> {
                            if (isPut(request, "/wave-000000.json")) {
                                s3.plan().vanish();
                            }
                            return false;
                        },
                        Fault.NONE,
                        1);

        FaultRun run = label();

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(run.line("error: ")).startsWith("error: labelling stopped: ");
        assertThat(run.said()).contains(" images are committed" + GOES_ON);
        s3.plan().forget();
        s3.plan().comeBack();
        buries("night");
        FaultRun next = label();
        assertWhole(next);
        assertThat(next.line("going on")).matches("going on with run night: (6|12) of 12 images are committed");
    }

    /** Lets the process that a claim names be one that has ended, as the one above would have. */
    private void buries(String run) throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        String claim = table + "/runs/" + run + "/claim-0001.json";
        ClaimRecord own = ClaimRecord.fromJson(Store.text(claim, HADOOP), claim);
        String text = new ClaimRecord(
                        own.runId(),
                        own.number(),
                        own.owner(),
                        own.host(),
                        own.space(),
                        ended.pid(),
                        own.pidStarted(),
                        own.startedAt(),
                        own.beat(),
                        own.beatSeconds(),
                        own.work())
                .toJson();
        try (OutputStream out = Store.replace(claim, HADOOP)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    @FaultRow(value = "an answer of the store is lost on the way", exitCodes = 0)
    void lostAnswersAreNoConflicts() throws IOException {
        for (String name : new String[] {"/claim-0001.json", "/plan.json", "/wave-000000.json", "/runs/night.json"}) {
            s3.plan().plant(request -> isPut(request, name), Fault.ANSWER_LOST, 1);
        }

        assertWhole(label());
    }

    /** Returns a session of its own settings, which are those of Spark's documentation for S3. */
    private static SparkSession stock() {
        SparkSession stock = SPARK.newSession();
        stock.conf().set("spark.sql.sources.commitProtocolClass", PathOutputCommitProtocol.class.getName());
        stock.conf().set("spark.sql.parquet.output.committer.class", BindingParquetOutputCommitter.class.getName());
        return stock;
    }

    @Test
    @FaultRow(value = "an object is replaced or deleted while the run goes on", exitCodes = 0)
    @FaultRow(value = "a bit of an image flips on the way from the store", exitCodes = 0)
    void imagesThatChangeOnTheWay() throws IOException {
        String corpus = FaultyS3.ROOT + "corpus/";
        for (int i = 0; i < IMAGES; i++) {
            try (OutputStream out = Store.replace(corpus + i + ".png", HADOOP)) {
                out.write(TestImages.png(20 + i, 10));
            }
        }
        s3.plan().plant(request -> request.startsWith("GET ") && request.endsWith("/corpus/3.png"), Fault.FLIPPED, 1);
        s3.plan().plant(request -> isDeleted(request, "/corpus/5.png"), Fault.NONE, 1);

        FaultRun run = label(corpus);

        assertThat(run.exitCode()).as(run.said()).isEqualTo(ExitCode.OK);
        assertThat(new LabelTable(SPARK, table).images().orderBy("width").collectAsList())
                .extracting(row -> row.getAs("file_name") + " " + row.getAs("width") + " " + row.getAs("error_reason"))
                .hasSize(IMAGES)
                .contains("3.png 23 null", "5.png null no such file");
    }

    /** Deletes an object when it is to be read. */
    private static boolean isDeleted(String request, String key) {
        if (!request.startsWith("GET ") || !request.endsWith(key)) {
            return false;
        }
        try {
            Files.delete(folder.resolve("s3/objects/" + S3ProxyProcess.BUCKET + key));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void losesAll() throws IOException {
        Dataset<Row> rows = stock().range(0, 20, 1, 2).toDF();

        assertThatThrownBy(() -> rows.write().mode("append").parquet(table))
                .hasStackTraceContaining("Status Code: 403");

        s3.plan().forget();
        assertThat(Store.names(table, HADOOP)).isEmpty();
        assertThat(s3.pendingUploads(table)).isEmpty();
    }

    @Test
    @StockSparkRow({"the store refuses one upload (403)", "the table's store refuses"})
    void aStockWriteIsLostWithOneUpload() throws IOException {
        s3.plan().plant(StoreFaultsTest::isPart, Fault.DENIED, 1);
        losesAll();
    }

    @Test
    @StockSparkRow("the store refuses the record")
    void aStockWriteIsLostWhereItsCommitIsRefused() throws IOException {
        AtomicInteger completed = new AtomicInteger();
        s3.plan()
                .plant(
                        request -> request.startsWith("POST ")
                                && request.contains("uploadId=")
                                && completed.getAndIncrement() > 0,
                        Fault.DENIED,
                        ALL);
        losesAll();
        assertThat(completed).hasValueGreaterThan(1);
    }
}
