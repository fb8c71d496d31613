package dev.mnc.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.doctor.FakeS3.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of a table's store, of its committer and of the images, on stores with planted faults. */
@Tag("process")
class StoreChecksTest {

    private static final String TABLE = "s3a://corpus/labels";
    private static final String NO_CREATE =
            "without it two runs of one name both think that they are published: keep tables on a store that has it (S3"
                    + " itself does), and leave fs.s3a.create.conditional.enabled on";
    private static final String NOT_REACHED =
            "check the address and spark.hadoop.fs.s3a.endpoint, and the network between here and the store";
    private static final String UNKNOWN_CREDENTIALS =
            "the store knows these credentials not or no longer: renew them, or see where S3A takes them from"
                    + " (fs.s3a.aws.credentials.provider)";
    private static final String COMMITTER_REMEDY =
            "start with deploy/bin/mnc, which reads conf/spark-defaults.conf; with your own --properties-file, copy the"
                    + " lines about the committer from there";

    private static final Finding WRITTEN = Finding.ok("table: write", TABLE + "/_doctor-1/written");
    private static final Finding CREATED = Finding.ok("table: create once", "a second creation of one name is refused");
    private static final Finding LISTED = Finding.ok("table: list and read", "2 files listed, 1 read");
    private static final Finding IN_TIME =
            Finding.ok("table: clock", "the store's clock agrees with this machine's within 1 s");
    private static final Finding DELETED = Finding.ok("table: delete", TABLE + "/_doctor-1");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private static List<Finding> tableOn(FakeS3 store) {
        return new TableCheck(TABLE, "_doctor-1", store.configuration()).findings();
    }

    // --- the table
    // -----------------------------------------------------------------------------------------------------

    @Test
    void aGoodStoreDoesEverythingAndIsLeftAsItWas() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO)) {
            store.put("labels/runs/a.json", "{}");

            assertThat(tableOn(store)).containsExactly(WRITTEN, CREATED, LISTED, IN_TIME, DELETED);
            assertThat(store.keys()).containsExactly("labels/runs/a.json");
        }
    }

    @Test
    void aStoreThatIgnoresTheConditionIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.IGNORES_CONDITIONS)) {
            assertThat(tableOn(store))
                    .containsExactly(
                            WRITTEN,
                            Finding.failed(
                                    "table: create once",
                                    "the store replaced an object that was to be created only if it did not exist",
                                    NO_CREATE),
                            LISTED,
                            IN_TIME,
                            DELETED);
        }
    }

    @Test
    void aStoreThatDoesNotKnowTheConditionIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.KNOWS_NO_CONDITIONS)) {
            Finding create = tableOn(store).get(1);

            assertThat(create.state()).isEqualTo(Finding.State.FAILED);
            assertThat(create.found())
                    .startsWith("the store cannot create an object unless it exists: ")
                    .contains("NotImplemented");
            assertThat(create.remedy()).isEqualTo(NO_CREATE);
        }
    }

    @Test
    void aStoreThatFailsOnTheConditionIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.FAILS_ON_CONDITIONS)) {
            Finding create = tableOn(store).get(1);

            assertThat(create.state()).isEqualTo(Finding.State.FAILED);
            assertThat(create.found())
                    .startsWith("a second creation of one name fails, but not because of the first: ")
                    .contains("InvalidRequest");
            assertThat(create.remedy()).isEqualTo(NO_CREATE);
        }
    }

    @Test
    void credentialsThatMayNotReadAreFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.DENIES_READS)) {
            List<Finding> findings = tableOn(store);

            assertThat(findings.get(2).found())
                    .startsWith("cannot list and read below " + TABLE + ": permission denied");
            assertThat(findings.get(3).found())
                    .startsWith("cannot ask for the time of " + TABLE + "/_doctor-1/written: ");
            assertThat(findings.subList(2, 4)).extracting(Finding::state).containsOnly(Finding.State.FAILED);
        }
    }

    @Test
    void aListingThatIsLateIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.LISTS_LATE)) {
            assertThat(tableOn(store).get(2))
                    .isEqualTo(Finding.failed(
                            "table: list and read",
                            "a file that was just written is not listed, only [once]",
                            "the store must be consistent; caches and gateways before it are not always"));
        }
    }

    @Test
    void deletionsThatDoNothingAreFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.FORGETS_DELETES)) {
            assertThat(tableOn(store).get(4))
                    .isEqualTo(Finding.failed(
                            "table: delete",
                            "the store still has " + TABLE + "/_doctor-1/written",
                            "delete " + TABLE + "/_doctor-1 by hand"));
        }
    }

    @Test
    void credentialsThatMayNotWriteAreFoundAndTheRestIsSkipped() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.DENIES_WRITES)) {
            List<Finding> findings = tableOn(store);

            assertThat(findings.get(0))
                    .isEqualTo(Finding.failed(
                            "table: write",
                            "cannot write below " + TABLE + ": permission denied: labels/_doctor-1/written: Writing"
                                    + " Object on labels/_doctor-1/written: no (Service: S3, Status Code: 403, Request"
                                    + " ID: null):AccessDenied",
                            "let these credentials put, get, list and delete objects below " + TABLE));
            assertThat(findings.subList(1, 5))
                    .containsExactly(
                            Finding.skipped("table: create once", "nothing can be written"),
                            Finding.skipped("table: list and read", "nothing can be written"),
                            Finding.skipped("table: clock", "nothing can be written"),
                            Finding.skipped("table: delete", "nothing can be written"));
        }
    }

    @Test
    void credentialsThatTheStoreDoesNotKnowAreFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.KNOWS_NOBODY)) {
            Finding write = tableOn(store).get(0);
            assertThat(write.state()).isEqualTo(Finding.State.FAILED);
            assertThat(write.found()).startsWith("cannot write below " + TABLE + ": permission denied: ");
            assertThat(write.remedy()).isEqualTo(UNKNOWN_CREDENTIALS);

            Finding images = new ImagesCheck("s3a://corpus/photos", store.configuration())
                    .findings()
                    .get(0);
            assertThat(images.state()).isEqualTo(Finding.State.FAILED);
            assertThat(images.found())
                    .startsWith("cannot list and read s3a://corpus/photos: permission denied: ")
                    .endsWith(":InvalidAccessKeyId");
            assertThat(images.remedy()).isEqualTo(UNKNOWN_CREDENTIALS);
        }
    }

    @Test
    void aListingThatLagsIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.LISTS_NOTHING)) {
            assertThat(tableOn(store).get(2))
                    .isEqualTo(Finding.failed(
                            "table: list and read",
                            "cannot list and read below " + TABLE + ": No such file or directory: " + TABLE
                                    + "/_doctor-1",
                            NOT_REACHED));
        }
    }

    @Test
    void contentThatChangesOnItsWayIsFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.SPOILS_CONTENT)) {
            assertThat(tableOn(store).get(2))
                    .isEqualTo(Finding.failed(
                            "table: list and read",
                            TABLE + "/_doctor-1/written does not hold what was written to it",
                            "look for what changes objects between here and the store"));
        }
    }

    @Test
    void credentialsThatMayNotDeleteAreFound() throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ZERO, Fault.DENIES_DELETES)) {
            Finding delete = tableOn(store).get(4);

            assertThat(delete.state()).isEqualTo(Finding.State.FAILED);
            assertThat(delete.found()).startsWith("cannot delete " + TABLE + "/_doctor-1: permission denied: ");
            assertThat(delete.remedy())
                    .isEqualTo("let these credentials put, get, list and delete objects below " + TABLE);
        }
    }

    @ParameterizedTest
    @CsvSource({"3600, ahead of", "-3600, behind"})
    void aClockThatIsWrongIsFound(long seconds, String side) throws IOException {
        try (FakeS3 store = new FakeS3(Duration.ofSeconds(seconds))) {
            Finding clock = tableOn(store).get(3);

            assertThat(clock.state()).isEqualTo(Finding.State.FAILED);
            assertThat(clock.found())
                    .matches("the store's clock is (3599|3600|3601) s " + side + " this machine's; runs are ordered by"
                            + " the clock of whoever publishes them");
            assertThat(clock.remedy()).isEqualTo("let every machine set its clock by NTP (chrony, systemd-timesyncd)");
        }
    }

    @Test
    void aStoreThatIsGoneIsFound() throws IOException {
        FakeS3 store = new FakeS3(Duration.ZERO);
        Configuration configuration = store.configuration();
        store.close();

        Finding write =
                new TableCheck(TABLE, "_doctor-1", configuration).findings().get(0);

        assertThat(write.state()).isEqualTo(Finding.State.FAILED);
        assertThat(write.found())
                .startsWith("cannot write below " + TABLE + ": ")
                .contains("Connection refused");
        assertThat(write.remedy()).isEqualTo(NOT_REACHED);
    }

    @Test
    void aFolderOfThisMachineIsATableToo() {
        String table = temporary.resolve("labels").toString();

        assertThat(new TableCheck(table, "_doctor-1", new Configuration(false)).findings())
                .extracting(Finding::state)
                .containsOnly(Finding.State.OK);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenIsFound() throws IOException {
        Path file = Files.writeString(temporary.resolve("labels"), "a file where a folder should be");

        Finding write = new TableCheck(file.toString(), "_doctor-1", new Configuration(false))
                .findings()
                .get(0);

        assertThat(write)
                .isEqualTo(Finding.failed(
                        "table: write",
                        "cannot write below " + file + ": " + file + "/_doctor-1: Not a directory",
                        "let this user write and read there, or name another folder"));
    }

    // --- images
    // --------------------------------------------------------------------------------------------------------

    @Test
    void imagesAreListedAndRead() throws IOException {
        Path image = Files.writeString(
                Files.createDirectories(temporary.resolve("a/b")).resolve("1.jpg"), "x");
        String uri = image.toUri().toString();

        assertThat(new ImagesCheck(temporary.toString(), new Configuration(false)).findings())
                .containsExactly(Finding.ok("images", "listed and read, e.g. " + uri));
        try (FakeS3 store = new FakeS3(Duration.ZERO)) {
            store.put("photos/1.jpg", "x");
            assertThat(new ImagesCheck("s3a://corpus/photos", store.configuration()).findings())
                    .containsExactly(Finding.ok("images", "listed and read, e.g. s3a://corpus/photos/1.jpg"));
        }
    }

    @Test
    void imagesThatAreNotThereAreFound() throws IOException {
        String empty = temporary.toString();
        String missing = temporary.resolve("none").toString();

        assertThat(new ImagesCheck(empty, new Configuration(false)).findings())
                .containsExactly(Finding.failed("images", "there is no file under " + empty, "check --images"));
        assertThat(new ImagesCheck(missing, new Configuration(false)).findings())
                .containsExactly(Finding.failed("images", "nothing is there: " + missing, "check --images"));
        try (FakeS3 store = new FakeS3(Duration.ZERO)) {
            assertThat(new ImagesCheck("s3a://corpus/none", store.configuration()).findings())
                    .containsExactly(Finding.failed("images", "nothing is there: s3a://corpus/none", "check --images"));
        }
    }

    // --- the committer
    // -------------------------------------------------------------------------------------------------

    private static Finding committer(String table, Map<String, String> hadoop, Map<String, String> spark) {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.s3a.committer.name", "magic");
        configuration.set(
                "mapreduce.outputcommitter.factory.scheme.s3a", "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
        hadoop.forEach(configuration::set);
        Map<String, String> settings = new java.util.HashMap<>(Map.of(
                "spark.sql.sources.commitProtocolClass",
                "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol",
                "spark.sql.parquet.output.committer.class",
                "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"));
        settings.putAll(spark);
        return new CommitterCheck(table, new SparkSettings(settings), configuration)
                .findings()
                .get(0);
    }

    @Test
    void committersThatAreSafe() {
        assertThat(committer(TABLE, Map.of(), Map.of())).isEqualTo(Finding.ok("committer", "magic"));
        for (String table : List.of("/labels", "file:///labels", "hdfs://host/labels")) {
            assertThat(committer(table, Map.of("fs.s3a.committer.name", "file"), Map.of()))
                    .isEqualTo(Finding.ok("committer", "renames files, which is one step on this store"));
        }
    }

    /** What a run would refuse, in the words of the run; SafeCommitterTest has all of it. */
    @Test
    void committersThatARunRefuses() {
        assertThat(committer(TABLE, Map.of("fs.s3a.committer.name", "file"), Map.of()))
                .isEqualTo(Finding.failed(
                        "committer",
                        "the committer of S3 is not safe: spark.hadoop.fs.s3a.committer.name is file, with which a"
                                + " killed task can leave rows or lose them",
                        "leave the setting out, or set it to magic"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark.sql.parquet.output.committer.class", "spark.sql.sources.commitProtocolClass"})
    void committersOfTablesThatSparkWrites(String key) {
        assertThat(committer(TABLE, Map.of(), Map.of(key, "a.B")))
                .isEqualTo(Finding.failed(
                        "committer",
                        key + " is a.B, so tables that Spark writes itself are not written by magic",
                        COMMITTER_REMEDY));
    }

    @Test
    void committersThatNobodyHasTried() {
        assertThat(committer(TABLE, Map.of("fs.s3a.committer.name", "directory"), Map.of()))
                .isEqualTo(Finding.warning(
                        "committer",
                        "fs.s3a.committer.name is directory, which needs a file system that all executors share",
                        "magic, which is tried, needs none: " + COMMITTER_REMEDY));
        assertThat(committer("gs://b/labels", Map.of(), Map.of()))
                .isEqualTo(Finding.warning(
                        "committer",
                        "that of Hadoop for gs, which nobody has tried with mnc-spark",
                        "see what the store's documentation says of its committer"));
    }
}
