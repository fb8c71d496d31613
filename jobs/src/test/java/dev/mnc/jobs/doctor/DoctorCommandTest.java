package dev.mnc.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mnc doctor} prints and how it ends. */
@Tag("spark")
@Tag("tensorflow")
class DoctorCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void aTableForPeople() {
        Diagnosis diagnosis = Diagnosis.of(List.<Check>of(
                () -> List.of(Finding.ok("java", "17"), Finding.warning("gpus", "2 here", "use both")),
                () -> List.of(
                        Finding.failed("glibc", "too\nold", "a newer one"), Finding.skipped("table", "no --table"))));

        assertThat(diagnosis.text())
                .isEqualTo(String.format("ok       java   17%n"
                        + "warning  gpus   2 here%n"
                        + "                -> use both%n"
                        + "FAILED   glibc  too\\u000aold%n"
                        + "                -> a newer one%n"
                        + "skipped  table  no --table%n%n"
                        + "1 ok, 1 warning, 1 failed, 1 skipped"));
        assertThat(diagnosis.exitCode()).isEqualTo(6);
        assertThat(Diagnosis.of(List.<Check>of(() -> List.of(Finding.warning("a", "b", "c"))))
                        .exitCode())
                .isZero();
    }

    @Test
    void oneObjectForPrograms() throws IOException {
        String missing = temporary.resolve("none").toString();

        CommandRun run = CommandRun.of("doctor", "--json", "--table", temporary.resolve("t"), "--images", missing);

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).isEmpty();
        assertThat(json.path("failed").asInt()).isEqualTo(1);
        assertThat(json.path("findings").findValuesAsText("name"))
                .containsExactly(
                        "java",
                        "memory",
                        "cores",
                        "glibc",
                        "tensorflow",
                        "gpus",
                        "secrets",
                        "model",
                        "committer",
                        "table: write",
                        "table: create once",
                        "table: list and read",
                        "table: clock",
                        "table: delete",
                        "images",
                        "executors");
        assertThat(json.path("findings").path(14))
                .isEqualTo(new ObjectMapper()
                        .valueToTree(Map.of(
                                "name",
                                "images",
                                "state",
                                "failed",
                                "found",
                                "nothing is there: " + missing,
                                "remedy",
                                "check --images")));
    }

    @Test
    void whatIsNotNamedIsNotLookedAt() throws IOException {
        Files.writeString(temporary.resolve("1.jpg"), "x");

        CommandRun run = CommandRun.succeeding("doctor", "--images", temporary);

        assertThat(run.outLines())
                .contains("skipped  table       no --table")
                .contains("skipped  executors   no master: add -- --master ADDRESS")
                .contains("ok       images      listed and read, e.g. "
                        + temporary.resolve("1.jpg").toUri());
    }

    // --- secrets
    // -------------------------------------------------------------------------------------------------------

    private static Finding secrets(Map<String, String> settings) {
        return new SecretsCheck(new SparkSettings(settings)).findings().get(0);
    }

    @Test
    void secretsThatKubernetesWouldShow() {
        assertThat(secrets(Map.of(
                        "spark.master",
                        "k8s://https://h",
                        "spark.hadoop.fs.s3a.secret.key",
                        "s",
                        "spark.hadoop.fs.s3a.access.key",
                        "a",
                        "spark.hadoop.fs.s3a.encryption.key",
                        "e",
                        "spark.executorEnv.AWS_SESSION_TOKEN",
                        "t")))
                .isEqualTo(Finding.failed(
                        "secrets",
                        "spark.executorEnv.AWS_SESSION_TOKEN, spark.hadoop.fs.s3a.access.key,"
                                + " spark.hadoop.fs.s3a.encryption.key, spark.hadoop.fs.s3a.secret.key would stand in"
                                + " clear in a ConfigMap of the cluster",
                        "take it out, and give pods an identity (a service account with a role) or a Kubernetes secret,"
                                + " see spark.kubernetes.driver.secretKeyRef"));
    }

    /** What is refused when a command is submitted; see SubmittedSecretsTest. */
    @Test
    void secretsInsideAValue() {
        assertThat(secrets(Map.of(
                                "spark.master",
                                "k8s://https://h",
                                "spark.driver.extraJavaOptions",
                                "-Da=b -Daws.secretAccessKey=s"))
                        .found())
                .isEqualTo(
                        "-Daws.secretAccessKey in spark.driver.extraJavaOptions would stand in clear in a ConfigMap of"
                                + " the cluster");
    }

    @Test
    void aValueThatIsNoSizeIsAFinding() {
        Check memory = () -> List.of(Finding.ok(
                "memory",
                "" + new SparkConf(false).set("spark.executor.memory", "lots").getSizeAsMb("spark.executor.memory")));

        assertThat(Diagnosis.of(List.of(memory)).findings())
                .containsExactly(Finding.failed(
                        "settings",
                        "Illegal value for config key spark.executor.memory: Size must be specified as bytes (b), kibibytes"
                                + " (k), mebibytes (m), gibibytes (g), tebibytes (t), or pebibytes(p). E.g. 50b, 100k, or 250m.",
                        "correct the value: it stands after --, in a file of --properties-file, or in"
                                + " spark-defaults.conf"));
    }

    @Test
    void namesOfSecretsAreNone() {
        assertThat(secrets(Map.of(
                        "spark.master",
                        "k8s://https://h",
                        "spark.redaction.regex",
                        "secret",
                        "spark.kubernetes.driver.secretKeyRef.AWS_SECRET_ACCESS_KEY",
                        "keys:secret",
                        "spark.kubernetes.driver.secrets.keys",
                        "/etc/keys",
                        "spark.hadoop.fs.s3a.aws.credentials.provider",
                        "a.B",
                        "spark.hadoop.hadoop.security.credential.provider.path",
                        "jceks://x",
                        "spark.hadoop.fs.s3a.session.token",
                        "")))
                .isEqualTo(Finding.ok("secrets", "no setting looks like a secret"));
        assertThat(secrets(Map.of("spark.master", "yarn", "spark.hadoop.fs.s3a.secret.key", "s")))
                .isEqualTo(Finding.skipped("secrets", "the master is not Kubernetes"));
    }
}
