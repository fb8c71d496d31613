package dev.mnc.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.CommandRun;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The output of {@code mnc bench model}; the figures are the machine's. */
@Tag("tensorflow")
class BenchModelCommandTest {

    private static final String[] SMALL = {
        "bench", "model", "--body=compact", "--height=96", "--width=128", "--rois=5", "--repetitions=1", "--stages=3"
    };

    @Test
    void theTableHasARowAStageAndTheRest() {
        CommandRun run = CommandRun.succeeding((Object[]) SMALL);
        List<String> lines = run.outLines();
        assertThat(lines).anyMatch(line -> line.matches("parameters   [\\d,]+")).contains("proposals    5 of 5");
        String times = "( +-?\\d+\\.\\d{3}){2,4}.*";
        for (String row : List.of("conv", "stage 1", "stage 2", "stage 3", "other", "whole")) {
            assertThat(lines).as(row).anyMatch(line -> line.matches(row + times));
        }
    }

    @Test
    void theJsonHasTheSameForPrograms() throws IOException {
        String[] args = java.util.Arrays.copyOf(SMALL, SMALL.length + 1);
        args[SMALL.length] = "--json";
        CommandRun run = CommandRun.succeeding((Object[]) args);
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.required("body").asText()).isEqualTo("compact");
        assertThat(json.required("stages")).hasSize(4);
        assertThat(json.required("stages").required(3).required("stage").asText())
                .isEqualTo("stage 3");
        assertThat(json.required("whole").required("forward").required("wall").asDouble())
                .isPositive();
        assertThat(json.required("proposals").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "--height=8, --height is 8, give a number of at least 16",
        "--rois=0, --rois is 0, give a number of at least 1",
        "--stages=4, --stages is 4, a cascade has 3 or 5 stages"
    })
    void aNumberThatCannotBeIsRefused(String option, String what, String remedy) {
        assertThat(CommandRun.of("bench", "model", option))
                .isEqualTo(CommandRun.failed(2, "error: %s%n  %s%n", what, remedy));
    }
}
