package dev.mnc.jobs.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverEndTest {

    private static final Outcome SUCCESS = new Outcome(0, "", "", "done", "2026-01-02T03:04:05Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private DriverEnd end(Properties properties) {
        return new DriverEnd(
                properties,
                Map.of(
                        DriverEnd.TERMINATION_LOG,
                        temporary.resolve("termination-log").toString()));
    }

    private static Properties properties(String master, String mode, String supervise) {
        Properties properties = new Properties();
        properties.setProperty("spark.master", master);
        properties.setProperty("spark.submit.deployMode", mode);
        properties.setProperty("spark.driver.supervise", supervise);
        return properties;
    }

    @ParameterizedTest
    @CsvSource({
        "spark://h:7077, cluster, false, 0, RETURN",
        "spark://h:7077, cluster, false, 2, EXIT",
        "spark://h:7077, cluster, true,  0, RETURN",
        "spark://h:7077, cluster, true,  1, EXIT",
        "spark://h:7077, cluster, true,  2, RETURN",
        "spark://h:7077, cluster, true,  6, RETURN",
        "spark://h:7077, client,  true,  2, EXIT",
        "yarn,           cluster, false, 0, RETURN",
        "yarn,           cluster, false, 1, THROW",
        "yarn,           cluster, false, 6, THROW",
        "yarn,           client,  false, 0, EXIT",
        "k8s://h,        client,  false, 6, EXIT",
    })
    void managersUnderstandTheWayItEnds(String master, String mode, String supervise, int exitCode, String way) {
        assertThat(end(properties(master, mode, supervise)).way(new Outcome(exitCode, "", "", "", "")))
                .hasToString(way);
        assertThat(end(new Properties()).way(SUCCESS)).isEqualTo(DriverEnd.Way.EXIT);
    }

    @Test
    void yarnsDiagnosticsHoldOurSentenceAlone() {
        assertThat(new CommandFailedException(OutcomeTest.USAGE))
                .hasMessage("error: no model (exit code 2); give one")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void leavesTheOutcomeWhereItWasTold() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("spark.mnc.outcome", temporary.resolve("x.json").toString());

        end(properties).report(SUCCESS);

        assertThat(Outcome.read(temporary.resolve("x.json").toString(), new Configuration(false)))
                .isEqualTo(SUCCESS);
    }

    /** Hadoop throws unchecked too, for example where the library of the store is what a driver lacks. */
    @Test
    void anOutcomeThatCannotBeWrittenIsNoFailureOfItsOwn() throws IOException {
        Path log = Files.writeString(temporary.resolve("termination-log"), "");
        Properties properties = new Properties();
        properties.setProperty("spark.mnc.outcome", "file:not a uri");

        end(properties).report(OutcomeTest.USAGE);

        assertThat(log).hasContent("error: no model (exit code 2); give one");
    }

    @Test
    void aFailureBecomesThePodsTerminationMessage() throws IOException {
        Path log = Files.writeString(temporary.resolve("termination-log"), "");
        end(new Properties()).report(SUCCESS);
        assertThat(log).isEmptyFile();

        end(new Properties()).report(OutcomeTest.USAGE);
        assertThat(log).hasContent("error: no model (exit code 2); give one");

        end(new Properties()).report(new Outcome(1, "a".repeat(5000), "", "", ""));
        assertThat(log).hasSize(4096);
    }

    @Test
    void outsideOfAPodThereIsNoSuchFile() {
        end(new Properties()).report(OutcomeTest.USAGE);

        assertThat(temporary).isEmptyDirectory();
    }
}
