package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Labelling on executors that come late, go when they are idle or with their machine, and do a task twice: on a standalone
 * cluster of processes. The applications run once, one after the other, see {@link ElasticClusterJobs}.
 */
@Tag("spark")
@Tag("tensorflow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElasticClusterTest {

    private static final int IMAGES = 192;

    private final List<String> lines = new ArrayList<>();
    private Path folder = Path.of("");

    @BeforeAll
    void runsAllApplications(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Files.createDirectories(folder.resolve("marks"));
        Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(folder.resolve("images/" + i + ".png"), TestImages.png(20 + i, 10));
        }
        String decommission = "-Dspark.decommission.enabled=true";
        try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
            cluster.startMaster(List.of(decommission));
            for (String host : List.of("127.0.0.1", "127.0.0.2")) {
                cluster.startWorker(host, Map.of(), List.of(decommission));
            }
            lines.addAll(cluster.drive(ElasticClusterJobs.class, folder.toString(), cluster.pages()));
        }
    }

    /** Returns the rest of the lines that begin so. */
    private List<String> after(String prefix) {
        return after(prefix, lines);
    }

    private static List<String> after(String prefix, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix + " "))
                .map(line -> line.substring(prefix.length() + 1))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "speculation", "decommission"})
    void rowsAreThoseOfOneProcess(String application) {
        assertThat(after(application + " image"))
                .hasSize(IMAGES)
                .containsExactlyInAnyOrderElementsOf(after("local image"));
        assertThat(after(application + " instance"))
                .hasSize(2 * IMAGES)
                .containsExactlyInAnyOrderElementsOf(after("local instance"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "speculation", "decommission"})
    void nothingLiesInTheTableButItsFiles(String application) throws IOException {
        Path table = folder.resolve("tables").resolve(application);
        List<String> expected = new ArrayList<>(after(application + " file"));
        expected.add("runs/" + application + ".json");
        expected.add("runs/numbers/0000000001");
        try (Stream<Path> all = Files.walk(table)) {
            assertThat(all.filter(path -> !Files.isDirectory(path) || path.endsWith("_temporary"))
                            .map(path -> table.relativize(path).toString())
                            .filter(path -> !path.endsWith("/_SUCCESS") && !path.endsWith(".files.parquet")))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void dynamicAllocationAddsExecutorsForTheBacklogAndRemovesIdleOnes() {
        int begins = lines.indexOf("dynamic begins");
        int ends = lines.indexOf("dynamic ends");

        assertThat(after("dynamic removed", lines.subList(0, begins))).isNotEmpty();
        assertThat(after("dynamic added", lines.subList(begins, ends))).isNotEmpty();
        assertThat(after("dynamic removed", lines.subList(begins, lines.size())))
                .isNotEmpty();
        assertThat(after("dynamic task")).allMatch(task -> task.endsWith(" first Success"));
    }

    /** Those that were there at first are gone, and Spark does not bring them back before there is work. */
    @Test
    void aRunDoesNotWaitForExecutorsThatWereRemoved() {
        assertThat(lines.subList(lines.indexOf("dynamic begins"), lines.indexOf("dynamic ends")))
                .noneMatch(line -> line.startsWith("warning: "));
    }

    @Test
    void aRunBeginsWithTheExecutorsThatCameInTime() {
        assertThat(after("warning:"))
                .containsExactly(
                        "2 of 3 executors came in 1 s; the run starts with these. Why others wait is on the page of"
                                + " the cluster's manager; host.executor-wait-seconds sets how long to wait");
    }

    @Test
    void theCopyOfATaskThatStallsWinsOnAnotherMachine() {
        assertThat(folder.resolve("marks/7.png")).exists();
        assertThat(after("speculation speculated")).isNotEmpty();
        String[] killed = after("speculation task").stream()
                .filter(task -> task.endsWith(" first TaskKilled"))
                .findAny()
                .orElseThrow()
                .split(" ", -1);
        assertThat(after("speculation task"))
                .contains(killed[0] + " 127.0.0." + (killed[1].endsWith(".1") ? 2 : 1) + " copy Success");
    }

    /** An interrupted thread cannot call most stores, and would leave its file or its upload there. */
    @Test
    void aTaskThatIsKilledDropsItsFiles() {
        assertThat(folder.resolve("marks").resolve(SlowFiles.INTERRUPTED)).doesNotExist();
    }

    @Test
    void aDecommissionedWorkerFinishesItsTasksAndLeaves() {
        assertThat(lines).containsSubsequence("decommission begins", "decommission answer 200", "decommission ends");
        assertThat(after("decommission removed"))
                .singleElement()
                .asString()
                .matches("\\d Executor decommission: worker decommissioned");
        assertThat(after("decommission task")).allMatch(task -> task.endsWith(" first Success"));
    }
}
