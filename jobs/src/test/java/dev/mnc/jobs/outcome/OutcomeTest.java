package dev.mnc.jobs.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.ErrorMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

    static final Outcome USAGE = new Outcome(2, "no model", "give one", "", "2026-01-02T03:04:05Z");

    private static final Configuration HADOOP = new Configuration(false);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "label --images i --table s3a://b/t, s3a://b/t/outcomes/x.json",
        "label --images i --table=s3a://b/t/, s3a://b/t/outcomes/x.json",
        "label --table a --table b, b/outcomes/x.json",
        "export --table t --out /o/rows.json, /o/rows.json.outcome-x.json",
        "evaluate --out=/o//, /o.outcome-x.json",
        "label --table /, //outcomes/x.json",
        "bench label --count 3, ''",
        "label --table, ''",
    })
    void liesBelowOrBesideTheOutput(String command, String address) {
        assertThat(Outcome.address(List.of(command.split(" ", -1)), "x")).isEqualTo(address);
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        String address = temporary.resolve("t/outcomes/x.json").toString();
        USAGE.write(address, HADOOP);

        assertThat(Files.readString(Path.of(address))).isEqualTo("""
                        {
                          "exit_code" : 2,
                          "message" : "no model",
                          "remedy" : "give one",
                          "result" : "",
                          "time" : "2026-01-02T03:04:05Z"
                        }""");
        assertThat(Outcome.read(address, HADOOP)).isEqualTo(USAGE);
    }

    @Test
    void thatOfTheLastAttemptCounts() throws IOException {
        String address = temporary.resolve("x.json").toString();
        Outcome success = new Outcome(0, "", "", "labelled 3 of 3 images", "2026-01-02T04:04:05Z");
        USAGE.write(address, HADOOP);
        success.write(address, HADOOP);

        assertThat(Outcome.read(address, HADOOP)).isEqualTo(success);
    }

    @Test
    void whatIsNoOutcomeIsNamed() throws IOException {
        Path file = Files.writeString(temporary.resolve("x.json"), "{");

        assertThatThrownBy(() -> Outcome.read(file.toString(), HADOOP)).hasMessage("not an outcome of mnc: " + file);
        assertThatThrownBy(() -> Outcome.read(file + "2", HADOOP)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void holdsTheErrorThatWasPrinted() {
        Outcome outcome = Outcome.of(6, new ErrorMessages.Printed("no disk", "buy one"));

        assertThat(outcome.sentence()).isEqualTo("error: no disk (exit code 6); buy one");
        assertThat(outcome.time()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | ''                                                | ''",
                "3 | more images failed than label.max-error-rate allows | the run is published; its record and its result say why they failed",
                "5 | the command ended with exit code 5                | see its result and its log",
            })
    void saysSomethingWhereNoErrorWasPrinted(int exitCode, String message, String remedy) {
        Outcome outcome = Outcome.of(exitCode, null);

        assertThat(outcome.message()).isEqualTo(message);
        assertThat(outcome.remedy()).isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, false", "4, false", "5, false", "6, false"})
    void onlyAnUnforeseenErrorIsWorthAnotherAttempt(int exitCode, boolean repeated) {
        assertThat(new Outcome(exitCode, "", "", "", "").isWorthRepeating()).isEqualTo(repeated);
    }
}
