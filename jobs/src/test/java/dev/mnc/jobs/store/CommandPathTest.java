package dev.mnc.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandPathTest {

    private static final String STANDALONE = "spark://h:7077";
    private static final String HERE = "file://" + Path.of("").toAbsolutePath();

    @AfterEach
    void restore() {
        System.clearProperty("spark.hadoop.fs.defaultFS");
        System.clearProperty("spark.master");
    }

    private static Configuration store(String uri) {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.defaultFS", uri);
        return configuration;
    }

    @ParameterizedTest(name = "{1} in {0}")
    @CsvSource({
        "file:///,         /labels,             /labels",
        "file:///,         labels,              labels",
        "hdfs://node:8020, /labels,             hdfs://node:8020/labels",
        "hdfs://node:8020, '/a b:c/{x,y}*',     'hdfs://node:8020/a b:c/{x,y}*'",
        "hdfs://node:8020, file:/labels,        file:/labels",
        "hdfs://node:8020, s3a://bucket/labels, s3a://bucket/labels",
        "hdfs://node:8020, hdfs:///labels,      hdfs:///labels",
        "file:///,         hdfs:/labels,        hdfs:///labels",
        "file:///,         a:/labels,           a:/labels",
        "dbfs:/,           /labels,             dbfs:///labels",
    })
    void aPathWithoutASchemeLiesInTheDefaultStore(String store, String path, String address) {
        assertThat(CommandPath.address(path, store(store))).isEqualTo(address);
    }

    @Test
    void thisProcessHasADefaultStoreToo() {
        assertThat(CommandPath.address("/labels")).isEqualTo("/labels");

        System.setProperty("spark.hadoop.fs.defaultFS", "hdfs://node:8020");

        assertThat(CommandPath.address("/labels")).isEqualTo("hdfs://node:8020/labels");
        System.setProperty("spark.master", "yarn");
        assertThat(CommandPath.ofExecutors("--table", "/labels")).isEqualTo("hdfs://node:8020/labels");
        assertThat(CommandPath.warning("--images", "/photos")).isEmpty();
    }

    @Test
    void aRelativePathOfAStoreThatCannotBeOpenedIsRefused() {
        assertThatThrownBy(() -> CommandPath.address("labels", store("none://host")))
                .isInstanceOf(OperatorException.class)
                .hasMessage("cannot open none://host, where paths without a scheme lie (fs.defaultFS):"
                        + " No FileSystem for scheme \"none\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {STANDALONE, "yarn", "k8s://https://host"})
    void executorsOfOtherMachinesDoNotWriteToTheirOwnDisks(String master) {
        System.setProperty("spark.master", master);

        assertThatThrownBy(() -> CommandPath.ofExecutors("--table", "a/labels"))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.kind()).isEqualTo(OperatorException.Kind.USAGE);
                    assertThat(e.remedy())
                            .isEqualTo("give an address that all machines reach, as s3a://BUCKET/labels or"
                                    + " hdfs:///labels; if they share this disk, say so: --table " + HERE
                                    + "/a/labels");
                })
                .hasMessage("--table a/labels is a path of one machine, and each executor of " + master
                        + " would write to its own");
        assertThat(CommandPath.ofExecutors("--table", "file:///labels")).isEqualTo("file:///labels");
    }

    @ParameterizedTest
    @CsvSource({"local, labels", "'local[2]', labels", "'local[*, 3]', labels"})
    void onThisMachineAnyPathWillDo(String master, String path) {
        System.setProperty("spark.master", master);

        assertThat(CommandPath.ofExecutors("--table", path)).isEqualTo(path);
        assertThat(CommandPath.warning("--images", path)).isEmpty();
    }

    @Test
    void executorsWithFoldersOfTheirOwnGetAWholePath() {
        System.setProperty("spark.master", "local-cluster[2,1,1024]");

        assertThat(CommandPath.ofExecutors("--table", "labels"))
                .isEqualTo(Path.of("labels").toAbsolutePath().toString());
    }

    @Test
    void aDriverElsewhereDoesNotReachThisDisk() {
        Configuration local = store("file:///");

        assertThatThrownBy(() -> CommandPath.ofDriver("--out", "/metrics", STANDALONE, local))
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("give an address that all machines reach, as s3a://BUCKET/metrics or"
                                        + " hdfs:///metrics; if they share this disk, say so: --out file:///metrics"))
                .hasMessage("--out /metrics is a path of one machine, and the driver of " + STANDALONE
                        + " runs on another");
        assertThat(CommandPath.ofDriver("--out", "file:///metrics", STANDALONE, local))
                .isEqualTo("file:///metrics");
        assertThat(CommandPath.ofDriver("--out", "/metrics", "yarn", store("hdfs://node")))
                .isEqualTo("hdfs://node/metrics");
    }

    @Test
    void whatExecutorsReadAtTheirOwnDisksIsSaid() {
        System.setProperty("spark.master", STANDALONE);

        assertThat(CommandPath.warning("--images", "photos"))
                .isEqualTo(Optional.of("--images photos: executors of " + STANDALONE
                        + " look for it on their own machines; if it is there at the same path, say so: --images "
                        + HERE + "/photos"));
        assertThat(CommandPath.warning("--images", "file:///photos")).isEmpty();
        assertThat(CommandPath.warning("--images", "s3a://corpus/photos")).isEmpty();
    }
}
