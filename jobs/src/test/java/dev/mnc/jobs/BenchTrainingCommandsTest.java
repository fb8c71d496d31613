package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mnc bench train} and {@code mnc bench ablation} print; the figures are the machine's and the training's. */
class BenchTrainingCommandsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        out.reset();
        try {
            return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void trainingIsTimedAndItsMemoryWatched() throws IOException {
        assertThat(run("bench", "train", "--steps=3", "--warm-up=1", "--json")).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toByteArray());
        assertThat(json.required("images_per_cpu_second").asDouble()).isPositive();
        assertThat(json.required("memory")).hasSize(3);
        assertThat(json.required("memory").required(0).required("bytes").asLong())
                .isGreaterThan(1 << 20);
    }

    @Test
    void aWarmUpAsLongAsTheTrainingIsRefused() {
        assertThat(run("bench", "train", "--steps=3", "--warm-up=3")).isEqualTo(2);
    }

    @Test
    void theAblationHasARowAWayAndIsNotDoneTwice(@TempDir Path folder) {
        String[] args = {
            "bench",
            "ablation",
            "--out=" + folder,
            "--scenes=2",
            "--validation-scenes=1",
            "--steps=1",
            "--seeds=1",
            "--set=train.scales=1"
        };
        assertThat(run(args)).isZero();
        String table = out.toString(StandardCharsets.UTF_8);
        assertThat(table.lines())
                .anyMatch(line -> line.matches("\\(a\\) 3 stages, trained step by step( +0\\.\\d{3} ± 0\\.000){3}"))
                .anyMatch(line -> line.matches("\\(d\\) 5 stages, trained end to end( +0\\.\\d{3} ± 0\\.000){3}"));
        assertThat(folder.resolve("seed-1/d/checkpoint.json")).exists();
        assertThat(folder.resolve("seed-1/d/checkpoint.json").toFile().delete()).isTrue();
        assertThat(run(args)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(table);
        assertThat(folder.resolve("seed-1/d/checkpoint.json")).doesNotExist();

        args[5] = "--steps=2";
        assertThat(run(args)).isEqualTo(4);
    }
}
