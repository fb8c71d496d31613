package dev.mnc.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.ExitCode;
import dev.mnc.jobs.failure.OperatorException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class SafeCommitterTest {

    private static final String FACTORY = "mapreduce.outputcommitter.factory.scheme.s3a";
    private static final String SAFE = "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory";

    private static Configuration with(String factory, String name) {
        Configuration hadoop = new Configuration(false);
        hadoop.set(FACTORY, factory);
        hadoop.set("fs.s3a.committer.name", name);
        return hadoop;
    }

    private static void assertRefused(Configuration hadoop, String message, String remedy) {
        assertThatThrownBy(() -> SafeCommitter.require("s3a://a/labels", hadoop))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.kind().exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
                    assertThat(e.remedy()).isEqualTo(remedy);
                })
                .hasMessage(message);
    }

    @Test
    void refusesCommittersThatRename() {
        assertRefused(
                with(SAFE, "file"),
                "the committer of S3 is not safe: spark.hadoop.fs.s3a.committer.name is file, with which a killed task"
                        + " can leave rows or lose them",
                "leave the setting out, or set it to magic");
        assertRefused(
                new Configuration(false),
                "the committer of S3 is not safe: spark.hadoop." + FACTORY
                        + " is none, with which a killed task can leave rows or lose them",
                "leave the setting out, or set it to " + SAFE);
    }

    @Test
    void refusesACommitterThatIsSetForAllStores() {
        String all = "mapreduce.outputcommitter.factory.class";
        String renaming = "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory";
        Configuration hadoop = with(SAFE, "magic");
        hadoop.set(all, renaming);
        assertRefused(
                hadoop,
                "the committer of S3 is not safe: spark.hadoop." + all + " is " + renaming
                        + ", with which a killed task can leave rows or lose them",
                "leave the setting out, or set it to " + SAFE);

        hadoop.set(all, SAFE);
        SafeCommitter.require("s3a://a/labels", hadoop);
    }

    @Test
    void refusesAMagicCommitterThatIsOff() {
        Configuration hadoop = with(SAFE, "magic");
        hadoop.set("fs.s3a.committer.magic.enabled", "false");
        assertRefused(
                hadoop,
                "the committer of S3 cannot work: spark.hadoop.fs.s3a.committer.magic.enabled is false, and"
                        + " spark.hadoop.fs.s3a.committer.name is magic",
                "leave both settings out");
    }

    @Test
    void takesCommittersThatDoNotAndTablesElsewhere() {
        SafeCommitter.require("s3a://a/labels", with(SAFE, "magic"));
        SafeCommitter.require("/a/labels", new Configuration(false));
    }
}
