package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive on a standalone cluster with Spark's own jars alone, as {@code deploy/standalone/smoke.sh} tries it. */
@Tag("spark")
class SmokeTest {

    private static final Path SCRIPT =
            Path.of("../standalone/smoke.sh").toAbsolutePath().normalize();
    private static final int LONGEST_MINUTES = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** The commands of the README's section on clusters. */
    private static List<String> commandsOfTheReadme() throws IOException {
        return Files.readString(Path.of("../../README.md"))
                .split("\n## On a cluster\n", -1)[1]
                .split("\n## ", -1)[0]
                .lines()
                .filter(line -> line.startsWith("deploy/bin/mnc "))
                .toList();
    }

    /** Runs the script with a line of Spark, and returns what it printed. */
    private String smoke(String line, String... options) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                SCRIPT.toString(),
                "--archive",
                System.getProperty("mnc.archive") + ".tar.gz",
                "--spark-home",
                Archive.SPARK.resolve(line + "/target").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "TMPDIR", temporary.toString()));
        builder.environment().keySet().removeAll(List.of("HADOOP_CONF_DIR", "YARN_CONF_DIR"));

        Process smoke = builder.start();
        boolean ended = smoke.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
        smoke.destroy(); // It stops its own processes then.
        int exitCode = smoke.waitFor();

        String printed = Files.readString(output);
        assertThat(ended).as(printed).isTrue();
        assertThat(exitCode).as(printed).isZero();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("mnc-smoke-")))
                    .isEmpty();
        }
        return printed;
    }

    @Test
    void theCommandsOfTheReadmeLabelAsThisMachineDoes() throws Exception {
        String printed = smoke("4.1", "--s3proxy", System.getProperty("mnc.s3proxy"));

        assertThat(commandsOfTheReadme())
                .hasSize(5)
                .allSatisfy(line -> assertThat(printed).contains(" s] $ " + line + "\n"));
        assertThat(printed)
                .containsPattern("killed: the executor \\d+ on 127\\.0\\.0\\.[12], while it labelled\n")
                .containsPattern("killed: the Worker \\d+ on 127\\.0\\.0\\.[12], while it labelled\n")
                .contains(
                        "s3a://corpus/labels-here and s3a://corpus/labels: the same 129 images\n",
                        "s3a://corpus/labels-here and s3a://corpus/labels-2: the same 129 images\n")
                .endsWith(
                        "all as it should be: two modes, an executor and a Worker killed, and the rows of this machine"
                                + " alone\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.0", "4.2"})
    void otherSparksLabelAsTheyDoOnThisMachineToo(String line) throws Exception {
        assertThat(smoke(line, "--quick"))
                .containsPattern("/labels-here and file:\\S+/labels: the same 16 images\n")
                .containsPattern("/labels-here and file:\\S+/labels: the same \\d+ instances\n")
                .endsWith("all as it should be: the rows of this machine alone\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | --archive | error: --archive has no value;  see --help;",
                "2 | --twice | error: unknown option --twice;  see --help;",
                "1 | --archive none.tar.gz | error: there is no archive none.tar.gz;"
                        + "  ./mvnw -DskipTests package makes one; --archive names another;",
                "1 | --archive README.md --spark-home docs | error: there is no spark-core_2.13-4.*.jar in docs/jars;"
                        + "  ./mvnw -DskipTests package fetches it; --spark-home names another Spark;",
                "1 | --archive README.md --s3proxy none.jar | error: there is no none.jar;"
                        + "  --s3proxy names it; it is org.gaul:s3proxy:4.1.0 on Maven Central;",
            })
    void whatIsMissingIsSaid(int exitCode, String arguments, String message) throws Exception {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments.split(" ", -1)));

        assertThat(Archive.run(Path.of("../.."), Map.of(), command))
                .isEqualTo(new Archive.Result(
                        exitCode, message.replace(";  ", "\n  ").replaceFirst(";$", "\n")));
    }

    @Test
    void shellCheckHasNothingToSay() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":", -1)))
                .as("shellcheck is not installed")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck")));

        assertThat(Archive.run(temporary, Map.of(), List.of("shellcheck", SCRIPT.toString())))
                .isEqualTo(new Archive.Result(0, ""));
    }
}
