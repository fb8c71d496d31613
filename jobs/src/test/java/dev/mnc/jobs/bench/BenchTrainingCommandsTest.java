package dev.mnc.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.CommandRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code mnc bench train} and {@code mnc bench ablation}; the figures are the machine's and the training's. */
@Tag("tensorflow")
class BenchTrainingCommandsTest {

    @Test
    void trainingIsTimedAndItsMemoryWatched() throws IOException {
        CommandRun run = CommandRun.succeeding("bench", "train", "--steps=3", "--warm-up=1", "--json");
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.required("images_per_cpu_second").asDouble()).isPositive();
        assertThat(json.required("memory")).hasSize(3);
        assertThat(json.required("memory").required(0).required("bytes").asLong())
                .isGreaterThan(1 << 20);
    }

    @Test
    void aWarmUpAsLongAsTheTrainingIsRefused() {
        assertThat(CommandRun.of("bench", "train", "--steps=3", "--warm-up=3").exitCode())
                .isEqualTo(2);
    }

    @Test
    void theAblationHasARowAWayAndIsNotDoneTwice(@TempDir Path folder) {
        Object[] args = {
            "bench",
            "ablation",
            "--out=" + folder,
            "--scenes=2",
            "--validation-scenes=1",
            "--steps=1",
            "--seeds=1",
            "--set=train.scales=1"
        };
        CommandRun run = CommandRun.succeeding(args);
        assertThat(run.outLines())
                .anyMatch(line -> line.matches("\\(a\\) 3 stages, trained step by step( +0\\.\\d{3} ± 0\\.000){3}"))
                .anyMatch(line -> line.matches("\\(d\\) 5 stages, trained end to end( +0\\.\\d{3} ± 0\\.000){3}"));
        assertThat(folder.resolve("seed-1/d/checkpoint.json")).exists();
        assertThat(folder.resolve("seed-1/d/checkpoint.json").toFile().delete()).isTrue();
        CommandRun again = CommandRun.succeeding(args);
        assertThat(again.out()).isEqualTo(run.out());
        assertThat(folder.resolve("seed-1/d/checkpoint.json")).doesNotExist();

        args[5] = "--steps=2";
        assertThat(CommandRun.of(args).exitCode()).isEqualTo(4);
    }
}
