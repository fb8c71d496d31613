package dev.mnc.jobs.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.FaultRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorMessagesTest {

    @Command(name = "label")
    private record Failing(Exception failure) implements Callable<Integer> {

        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }

    private static String failing(Exception failure) {
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new Failing(failure))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler(new ErrorMessages())
                .execute();
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        return err.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:\n\na.B.c(B.java:1)",
                "Job 3 cancelled because SparkContext was shut down"
            })
    void aSessionThatTheClusterEndedIsNoDefect(String message) {
        assertThat(failing(new IllegalStateException("a wave failed", new IllegalStateException(message))))
                .isEqualTo(String.format("error: Spark was stopped while label ran: the cluster ended the application%n"
                        + "  see the driver's log for \"Application has been killed\" or the like, and those of Workers"
                        + " and executors for the reason%n"));
    }

    @Test
    @FaultRow(value = "a defect of mnc-spark", exitCodes = 1)
    void whatNobodyForesawIsADefect() {
        assertThat(failing(new IllegalStateException("a", new IllegalStateException("b"))))
                .isEqualTo(String.format("error: internal error in label: java.lang.IllegalStateException: b%n"
                        + "  this is a defect of mnc-spark, not yours; run it again with --debug to see where%n"));
    }
}
