package dev.mnc.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said of executors, by what they answer. */
@Tag("spark")
class ExecutorsCheckTest {

    private static final ExecutorFacts.Versions DRIVER =
            new ExecutorFacts.Versions("17.0.15", "4.1.2", "0.1.0 abc", "2.36");
    private static final SparkSettings CLUSTER =
            new SparkSettings(Map.of("spark.master", "spark://h:7077", "spark.executor.instances", "2"));
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String SAME_VERSIONS =
            "install the same versions on all machines, or in the image that executors run in";

    private static ExecutorFacts executor(String id, String host, ExecutorFacts.Versions versions) {
        return new ExecutorFacts(id, host, versions, List.of(), NOON);
    }

    private static List<Finding> findings(int registered, ExecutorFacts... executors) {
        return check(patience -> new Cluster.Answers(registered, List.of(executors), NOON, NOON.plusSeconds(3)));
    }

    private static List<Finding> check(Cluster cluster) {
        return new ExecutorsCheck(CLUSTER, DRIVER, Duration.ofSeconds(60), cluster).findings();
    }

    @Test
    void executorsThatAreWhatTheDriverIs() {
        assertThat(findings(2, executor("0", "a", DRIVER), executor("1", "b", DRIVER)))
                .containsExactly(
                        Finding.ok("executors", "2 on 2 hosts"),
                        Finding.ok("executors: versions", "Spark 4.1.2, Java 17.0.15, mnc-spark 0.1.0 abc"),
                        Finding.ok("executors: clocks", "the clock of a agrees with this machine's within 1 s"),
                        Finding.skipped("executors: gpus", "no task was given one"));
    }

    @Test
    void otherVersions() {
        assertThat(findings(
                                2,
                                executor("0", "a", new ExecutorFacts.Versions("17.0.12", "4.0.1", "0.1.0 abc", "2.36")),
                                executor("1", "b", new ExecutorFacts.Versions("21.0.4", "4.1.2", "0.0.9", "2.31")))
                        .get(1))
                .isEqualTo(Finding.failed(
                        "executors: versions",
                        "executor 0 on a has Spark 4.0.1, the driver 4.1.2; executor 1 on b has Java 21.0.4, the driver"
                                + " 17.0.15; executor 1 on b has mnc-spark 0.0.9, the driver 0.1.0 abc; executor 1 on b"
                                + " has glibc 2.31, and TensorFlow needs 2.34",
                        SAME_VERSIONS));
        assertThat(findings(2, executor("0", "a", new ExecutorFacts.Versions("17.0.15", "4.1.2", "0.1.0 abc", "")))
                        .get(1))
                .isEqualTo(Finding.failed(
                        "executors: versions",
                        "executor 0 on a has no glibc, and TensorFlow needs 2.34",
                        SAME_VERSIONS));
    }

    @Test
    void executorsThatAreMissing() {
        assertThat(findings(1, executor("0", "a", DRIVER)).get(0))
                .isEqualTo(Finding.warning(
                        "executors",
                        "1 on 1 host, but 2 were requested",
                        "see on the cluster's page what the others wait for; --wait gives them more time"));
        assertThat(findings(2, executor("0", "a", DRIVER)).get(0))
                .isEqualTo(Finding.warning(
                        "executors", "1 on 1 host answered, of 2", "see the logs of those that did not"));
    }

    @Test
    void noneOfThemAnswers() {
        assertThat(findings(2))
                .contains(Finding.warning(
                        "executors", "0 on 0 hosts answered, of 2", "see the logs of those that did not"))
                .contains(Finding.skipped("executors: clocks", "no executor answered"));
    }

    @Test
    void aClockThatIsWrong() {
        ExecutorFacts late = new ExecutorFacts("1", "b", DRIVER, List.of(), NOON.minusSeconds(120));

        assertThat(findings(2, executor("0", "a", DRIVER), late).get(2))
                .isEqualTo(Finding.failed(
                        "executors: clocks",
                        "the clock of b is 120 s behind this machine's; runs are ordered by the clock of whoever"
                                + " publishes them",
                        "let every machine set its clock by NTP (chrony, systemd-timesyncd)"));
    }

    @Test
    void gpus() {
        ExecutorFacts first = new ExecutorFacts("0", "a", DRIVER, List.of("1"), NOON);

        assertThat(findings(2, first, new ExecutorFacts("1", "b", DRIVER, List.of("1"), NOON))
                        .get(3))
                .isEqualTo(Finding.ok("executors: gpus", "a 1; b 1"));
        assertThat(findings(2, first, new ExecutorFacts("1", "a", DRIVER, List.of("1"), NOON))
                        .get(3))
                .isEqualTo(Finding.failed(
                        "executors: gpus",
                        "executors 0 and 1 on a were both given GPU 1",
                        "let the manager isolate GPUs, or the discovery script give each executor one of its own"));
    }

    @Test
    void aClusterThatDoesNotAnswer() {
        assertThat(check(patience -> {
                    throw new TimeoutException();
                }))
                .containsExactly(Finding.failed(
                        "executors",
                        "no answer from executors of spark://h:7077 in 60 s",
                        "see on the cluster's page whether the application waits for cores, memory or GPUs that no"
                                + " worker has free, and whether its machines can reach this one; --wait gives it more"
                                + " time"));
    }

    @Test
    void aClusterThatFails() {
        assertThat(check(patience -> {
                    throw new IllegalStateException("java.io.InvalidClassException: x\n\tat y");
                }))
                .containsExactly(Finding.failed(
                        "executors",
                        "Spark does not run on spark://h:7077: java.io.InvalidClassException: x",
                        "if it names a class that is missing or of another version, the cluster's Spark must be 4.1.2;"
                                + " see executors' logs"));
    }
}
