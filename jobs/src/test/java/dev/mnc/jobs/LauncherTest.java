package dev.mnc.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/bin/mnc} up to the point where it would build; what comes then needs a packaged build. */
class LauncherTest {

    private static final Path LAUNCHER =
            Path.of("..", "deploy", "bin", "mnc").toAbsolutePath().normalize();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private record Result(int exitCode, String output) {}

    private Result run(Path program, Map<String, String> environment) throws Exception {
        ProcessBuilder process = new ProcessBuilder(List.of(program.toString(), "config"))
                .directory(temporary.toFile())
                .redirectErrorStream(true);
        process.environment().putAll(environment);
        Process started = process.start();
        String output = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(started.waitFor(), output);
    }

    private Path javaThatSays(String version) throws IOException {
        Path home = temporary.resolve("a jdk");
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2020-01-01' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    @Test
    void saysWhenJavaHomeHoldsNoJava() throws Exception {
        Path home = temporary.resolve("nothing here");

        assertThat(run(LAUNCHER, Map.of("JAVA_HOME", home.toString())))
                .isEqualTo(new Result(
                        6,
                        "error: JAVA_HOME is " + home + ", but " + home + "/bin/java is missing\n"
                                + "  set JAVA_HOME to a JDK 17 or newer\n"));
    }

    @Test
    void refusesAnOlderJava() throws Exception {
        for (String version : List.of("11.0.2", "1.8.0_292", "16")) {
            Path home = javaThatSays(version);

            assertThat(run(LAUNCHER, Map.of("JAVA_HOME", home.toString())))
                    .isEqualTo(new Result(
                            6,
                            "error: " + home + "/bin/java is version " + version + "\n"
                                    + "  mnc-spark needs JDK 17 or newer; set JAVA_HOME to one\n"));
        }
    }

    @Test
    void worksThroughALinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("a link to mnc"), LAUNCHER);

        assertThat(run(link, Map.of("JAVA_HOME", javaThatSays("11.0.2").toString()))
                        .exitCode())
                .isEqualTo(6);
    }
}
