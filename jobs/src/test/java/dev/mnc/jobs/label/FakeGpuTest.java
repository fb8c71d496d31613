package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Executors, devices and task slots on a standalone cluster of processes: a master, and two workers with two made-up GPUs
 * each, on two addresses of this machine. The applications run once, one after the other, see {@link FakeGpuJobs}.
 */
@Tag("spark")
@Tag("tensorflow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FakeGpuTest {

    private static final Path DISCOVERY =
            Path.of("../deploy/bin/discover-gpus.sh").toAbsolutePath().normalize();

    private final List<String> lines = new ArrayList<>();
    private Path folder = Path.of("");

    @BeforeAll
    void runsAllApplications(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < 48; i++) {
            Files.write(folder.resolve("images/" + i + ".png"), TestImages.png(20 + i, 10));
        }
        try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
            cluster.startMaster(List.of());
            for (String host : List.of("127.0.0.1", "127.0.0.2")) {
                cluster.startWorker(
                        host,
                        Map.of("MNC_FAKE_GPUS", "0,1"),
                        List.of(
                                "-Dspark.worker.resource.gpu.amount=2",
                                "-Dspark.worker.resource.gpu.discoveryScript=" + DISCOVERY));
            }
            lines.addAll(cluster.drive(
                    FakeGpuJobs.class,
                    folder.resolve("images").toString(),
                    folder.resolve("table").toString()));
        }
    }

    private List<String> after(String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix + " "))
                .map(line -> line.substring(prefix.length() + 1))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"half, 4, 8", "replaced, 4, 8", "whole, 4, 4", "quarter, 2, 8"})
    void eachLiveExecutorHoldsAnAddressOfItsOwn(String application, int executors, int slots) {
        assertThat(after(application + " slots")).containsExactly(slots + "");
        Map<String, String> deviceOf = new TreeMap<>();
        List<String> tasks = after(application + " task");
        for (String task : tasks) {
            String[] words = task.split(" ", -1);
            String device = words[1] + " GPU " + words[2];
            assertThat(deviceOf.merge(words[0], device, (one, other) -> one))
                    .as("the device of executor %s", words[0])
                    .isEqualTo(device);
            assertThat(words[3]).isEqualTo("fake");
            assertThat(words[4]).as("the address of the task").isEqualTo(words[2]);
        }
        assertThat(tasks).hasSize(slots);
        assertThat(deviceOf).hasSize(executors);
        assertThat(new TreeSet<>(deviceOf.values())).as("%s", deviceOf).hasSize(executors);
    }

    @Test
    void anExecutorThatWasKilledIsReplacedOnItsDevice() {
        assertThat(executors("half"))
                .isEqualTo(IntStream.range(0, 4).mapToObj(Integer::toString).collect(Collectors.toSet()));
        assertThat(executors("replaced")).contains("4").doesNotContain("0");
    }

    private Set<String> executors(String application) {
        return after(application + " task").stream()
                .map(task -> task.split(" ", -1)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theRecordNamesTheDeviceOfEachExecutor() throws IOException {
        List<String> inSummary = after("label device");
        JsonNode record = new ObjectMapper()
                .readTree(folder.resolve("table/runs/fake.json").toFile());
        List<String> inRecord = new ArrayList<>();
        record.get("devices")
                .forEach(device -> inRecord.add(String.join(
                        " ",
                        device.get("executor").asText(),
                        device.get("host").asText(),
                        device.get("address").asText(),
                        device.get("kind").asText())));

        assertThat(inRecord)
                .isNotEmpty()
                .isEqualTo(inSummary)
                .allMatch(text -> text.matches("\\d 127\\.0\\.0\\.[12] [01] fake"));
        assertThat(record.at("/timing/efficiency/devices").asInt()).isEqualTo(inRecord.size());
    }

    @Test
    void evaluationHoldsNoDevice() {
        assertThat(after("evaluate task")).hasSize(4).allMatch(task -> task.matches("\\d 127\\.0\\.0\\.[12] - cpu -"));
    }

    @Test
    void severalDevicesForAnExecutorAreRefusedWithTheReason() {
        String one = "TensorFlow uses one GPU for a whole process, so an executor can have only one";
        assertThat(after("two driver"))
                .containsExactly("spark.executor.resource.gpu.amount is 2, but " + one
                        + " | set spark.executor.resource.gpu.amount=1 and take 2 times as many executors, each with"
                        + " spark.task.resource.gpu.amount of 1/N for N task slots");
        assertThat(after("two executor"))
                .singleElement()
                .asString()
                .matches(
                        "executor \\d+ cannot start: Spark assigned 2 GPUs on 127\\.0\\.0\\.[12] \\(0, 1\\), but " + one
                                + " \\| set spark\\.executor\\.resource\\.gpu\\.amount=1; on YARN without isolation, let the"
                                + " discovery script print the address of one free GPU alone");
        assertThat(after("two")).hasSize(2);
    }
}
