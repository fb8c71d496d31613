package dev.mnc.jobs.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.outcome.SubmitProcess.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSubmissionTest {

    private static final String STANDALONE = "spark://h:7077";

    private static final Configuration HADOOP = new Configuration(false);

    private static final List<String> WORDS = List.of("a b", "c\"d", "e\\f", "g\nh", "", "@i", "#j", "'k'");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** A program for {@link #theProcessGetsEveryWordAndItsEndIsSeen}: tells its arguments and how it ends. */
    public static final class Echo {

        private Echo() {}

        public static void main(String[] args) {
            for (String word : args) {
                System.err.println(word.replace("\n", "<line end>"));
            }
            System.err.println("State of driver driver-7 is FAILED, exiting spark-submit JVM.");
            System.exit(9);
        }
    }

    private static ClusterSubmission submission(String master, String address) {
        return new ClusterSubmission(master, "x", address);
    }

    @Test
    void theProcessGetsEveryWordAndItsEndIsSeen() {
        List<String> words =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Echo.class.getName()));
        words.addAll(WORDS);
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        List<String> drivers = new ArrayList<>();

        End end = SubmitProcess.run(words, new PrintStream(err, true, StandardCharsets.UTF_8), drivers::add);

        assertThat(end).isEqualTo(new End(9, "driver-7", "FAILED"));
        assertThat(drivers).endsWith("", "driver-7");
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "a b",
                        "c\"d",
                        "e\\f",
                        "g<line end>h",
                        "",
                        "@i",
                        "#j",
                        "'k'",
                        "State of driver driver-7 is FAILED, exiting spark-submit JVM.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "09:49:45 INFO ClientEndpoint: State of driver-2026-0000 is RUNNING               | driver-2026-0000   | RUNNING",
                "INFO ClientEndpoint: State of driver driver-2026-0000 is FAILED, exiting spark-submit JVM. | driver-2026-0000 | FAILED",
                "org.apache.spark.SparkException: Application application_17_0001 finished with failed status | application_17_0001 | failed",
                "Exception in thread \"main\" org.apache.spark.SparkException: Application application_17_0001 is killed | application_17_0001 | killed",
                "17:49:45 INFO YarnClientImpl: Submitted application application_17_0001 | application_17_0001 | SUBMITTED",
                "anything else | before | LOST",
            })
    void whatSparkSaysOfTheDriverIsRemembered(String line, String driver, String state) {
        assertThat(new End(0, "before", "LOST").after(line)).isEqualTo(new End(0, driver, state));
    }

    @Test
    void ofALogThatRepeatsItselfTheUserSeesWhatIsNew() {
        End end = new End(0, "", "");
        List<String> seen = new ArrayList<>();
        for (String line : List.of(
                "WARN Utils: a warning",
                "09:00:00 INFO ClientEndpoint: ... waiting before polling master for driver state",
                "09:00:05 INFO ClientEndpoint: State of driver-7 is SUBMITTED",
                "09:00:15 INFO ClientEndpoint: State of driver driver-7 is SUBMITTED, continue monitoring driver status.",
                "09:00:25 INFO ClientEndpoint: State of driver driver-7 is RUNNING, continue monitoring driver status.",
                "09:00:25 INFO ClientEndpoint: Driver running on 10.0.0.7:40123 (worker-2026-10.0.0.7-40123)",
                "09:00:35 INFO ClientEndpoint: State of driver driver-7 is RUNNING, continue monitoring driver status.",
                "09:00:45 INFO ClientEndpoint: State of driver driver-7 is FINISHED, exiting spark-submit JVM.")) {
            End next = end.after(line);
            next.news(line, end).ifPresent(seen::add);
            end = next;
        }

        assertThat(seen)
                .containsExactly(
                        "WARN Utils: a warning",
                        "the driver driver-7 is SUBMITTED",
                        "the driver driver-7 runs on 10.0.0.7");
        assertThat(end).isEqualTo(new End(0, "driver-7", "FINISHED"));
    }

    @Test
    void theDriverIsToldWhereItsOutcomeGoes() {
        assertThat(submission(STANDALONE, "t/o.json").properties()).isEqualTo(Map.of("spark.mnc.outcome", "t/o.json"));
        assertThat(submission(STANDALONE, "").properties()).isEmpty();
        assertThat(submission("k8s://h", "t/o.json").properties())
                .isEqualTo(
                        Map.of("spark.mnc.outcome", "t/o.json", "spark.kubernetes.driver.label.mnc-submission", "x"));
    }

    @ParameterizedTest
    @CsvSource({"--table", "--out"})
    void whatTheDriverWouldLeaveOnItsOwnDiskIsRefused(String option) {
        List<String> command = List.of("evaluate", option, "m");

        assertThatThrownBy(() -> ClusterSubmission.requireReachable(STANDALONE, command, HADOOP))
                .isInstanceOf(OperatorException.class)
                .hasMessage(option + " m is a path of one machine, and the driver of spark://h:7077 runs on another");
        assertThatCode(() -> ClusterSubmission.requireReachable(
                        STANDALONE, List.of("evaluate", option + "=file:///m", "--predictions", "p"), HADOOP))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spark://h | driver-7 | lost (driver-7 is FAILED) | see its log on the machine that ran it: driver-7/stderr in the Worker's work folder",
                "spark://h | ''       | lost                      | see what Spark says above",
                "yarn      | app_1    | lost (app_1 is FAILED)    | see its log: yarn logs -applicationId app_1",
                "k8s://h   | ''       | lost                      | see its log: kubectl logs --selector mnc-submission=x",
            })
    void whereThereIsNoOutcomeTheLogIsNamed(String master, String driver, String message, String remedy) {
        assertThat(submission(master, "t/o.json").failed("lost", new End(0, driver, "FAILED")))
                .isEqualTo(new Outcome(1, message, remedy, "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "spark://h, 0,   FINISHED, 0",
        "spark://h, 0,   FAILED,   1",
        "spark://h, 255, FINISHED, 1",
        "yarn,      0,   '',       0",
        "yarn,      1,   failed,   1",
        "k8s://h,   0,   '',       1",
    })
    void withoutAnAddressTheManagersWordCounts(String master, int submit, String state, int exitCode) {
        Outcome outcome = submission(master, "").withoutAddress(new End(submit, "", state));

        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.message())
                .isEqualTo(
                        exitCode == 0
                                ? ""
                                : "the command failed, or nobody knows: without --table and --out there is nowhere to leave"
                                        + " its outcome");
    }

    @Test
    void theDriversOwnOutcomeIsTheCommands() throws IOException {
        String address = temporary.resolve("t/outcomes/x.json").toString();
        OutcomeTest.USAGE.write(address, HADOOP);

        assertThat(submission(STANDALONE, address).outcome(HADOOP, new End(0, "driver-7", "FAILED")))
                .isEqualTo(OutcomeTest.USAGE);
    }

    @Test
    void saysWhatIsWrongWithTheOutcome() throws IOException {
        String none = temporary.resolve("none.json").toString();
        Path broken = Files.writeString(temporary.resolve("broken.json"), "{");

        assertThat(submission(STANDALONE, none)
                        .outcome(HADOOP, new End(0, "driver-7", "FAILED"))
                        .message())
                .isEqualTo("the driver ended without leaving an outcome in " + none + " (driver-7 is FAILED)");
        assertThat(submission(STANDALONE, none)
                        .outcome(HADOOP, new End(255, "", ""))
                        .message())
                .isEqualTo("Spark could not submit the command, or lost sight of its driver, which left no outcome in "
                        + none);
        assertThat(submission(STANDALONE, broken.toString())
                        .outcome(HADOOP, new End(0, "driver-7", "FINISHED"))
                        .message())
                .isEqualTo("nobody knows how the driver ended: its outcome in " + broken
                        + " cannot be read: not an outcome of mnc: " + broken + " (driver-7 is FINISHED)");
    }
}
