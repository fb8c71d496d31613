package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.FaultRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Executors, as processes of their own, that come to grief. The applications run once, one after the other, see {@link FaultJobs}. */
@Tag("spark")
@Tag("tensorflow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorFaultsTest {

    private static final int IMAGES = 12;
    private static final List<Integer> POISON = List.of(1, 2);
    private static final int KILLED_ONCE = 10;

    private final List<String> lines = new ArrayList<>();

    @BeforeAll
    void runsAllApplications(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("spark/jars"));
        Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < IMAGES; i++) {
            int width = POISON.contains(i) ? FaultJobs.POISON : i == KILLED_ONCE ? FaultJobs.KILLED_ONCE : 40 + i;
            Files.write(folder.resolve("images/" + name(i)), TestImages.png(width, 10));
        }
        Path output = folder.resolve("lines");
        Path log = folder.resolve("driver.log");
        String classes = System.getProperty("java.class.path");
        ProcessBuilder builder = OtherJvm.of(FaultJobs.class, classes, folder.toString(), output.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of("SPARK_HOME", folder.resolve("spark").toString(), "SPARK_SCALA_VERSION", "2.13"));
        Process driver = builder.start();
        try {
            assertThat(driver.waitFor(240, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
        } finally {
            driver.descendants().forEach(ProcessHandle::destroyForcibly);
            driver.destroyForcibly();
        }
        assertThat(driver.exitValue()).as(Files.readString(log)).isZero();
        lines.addAll(Files.readAllLines(output));
    }

    private static String name(int image) {
        return String.format(Locale.ROOT, "%02d.png", image);
    }

    private List<String> lines(FaultJobs.Fault fault, String word) {
        String prefix = fault + " " + word + " ";
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    private static List<String> good(List<Integer> except) {
        return IntStream.range(0, IMAGES)
                .filter(image -> !except.contains(image))
                .mapToObj(image -> name(image) + " ok null null 2")
                .toList();
    }

    @Test
    @FaultRow(value = "an image makes its executor die, or run out of heap", exitCodes = 0)
    @FaultRow(value = "an executor is killed", exitCodes = 0)
    void imagesThatTakeTheirExecutorDownBecomeErrorRows() throws IOException {
        assertThat(lines(FaultJobs.Fault.POISON, "ends")).containsExactly("with 0");
        assertThat(lines(FaultJobs.Fault.POISON, "row"))
                .hasSize(IMAGES)
                .containsAll(good(POISON))
                .containsAll(POISON.stream()
                        .map(image -> name(image)
                                + " error crash the executor died twice while this image, and no other, was read,"
                                + " decoded or labelled there 0")
                        .toList());
    }

    @Test
    @FaultRow(value = "one executor, or a later one in its place, cannot load the model", exitCodes = 0)
    @FaultRow(value = "a device fails at work", exitCodes = 0)
    @FaultRow(value = "a device does not answer for label.detect-seconds", exitCodes = 0)
    void theImagesOfSickMachinesGoToOthers() {
        assertThat(lines(FaultJobs.Fault.SICK_MACHINES, "ends")).containsExactly("with 0");
        assertThat(lines(FaultJobs.Fault.SICK_MACHINES, "row")).containsExactlyElementsOf(good(List.of()));
        assertThat(lines(FaultJobs.Fault.SICK_MACHINES, "says"))
                .anyMatch(line -> line.matches("warning: executor \\d cannot load the model: planted: no such model;"
                        + " the run goes on while other executors work"))
                .anyMatch(line -> line.matches("warning: the device of executor \\d on \\S+ failed: the device fails on"
                        + " pictures that it could label before: planted: no kernel image; the executor leaves, and its"
                        + " images go to others"))
                .anyMatch(line -> line.matches("warning: the device of executor \\d on \\S+ failed: the device has not"
                        + " answered for 3 s \\(label.detect-seconds\\); the executor leaves, and its images go to"
                        + " others"));
    }

    @Test
    @FaultRow(value = "more than ten images of a run do so", exitCodes = 6)
    void aMachineOnWhichEveryImageFailsEndsTheRun() {
        assertThat(lines(FaultJobs.Fault.HEAP, "ends"))
                .singleElement()
                .asString()
                .matches(
                        "with 6: labelling stopped: Java ran out of memory: planted \\(on \\S+\\) \\| 0 images are committed;"
                                + " give it a larger heap .*");
        assertThat(lines(FaultJobs.Fault.HEAP, "says").stream()
                        .filter(line -> line.startsWith("warning: wave 0 failed and is tried again: ")))
                .as("more often than once, since images were found that took the process down")
                .hasSizeGreaterThan(2);
    }

    @Test
    @FaultRow(value = "no executor can load the model", exitCodes = 6)
    void aModelThatNobodyCanLoadEndsTheRun() {
        assertThat(lines(FaultJobs.Fault.NO_MODEL, "ends"))
                .containsExactly(
                        "with 6: the model cannot be loaded: planted: no such model | fix the model or this machine,"
                                + " then run the same command again");
    }

    @Test
    @FaultRow(value = "executors die while they load the model, without a word", exitCodes = 6)
    void executorsThatDieAtTheirStartOverAndOverEndTheRun() {
        assertThat(lines(FaultJobs.Fault.KILLED_AT_START, "ends"))
                .singleElement()
                .asString()
                .startsWith("with 6: executor 0 cannot load the model: it ended before its model was loaded: ")
                .contains("Command exited with code 9");
    }
}
