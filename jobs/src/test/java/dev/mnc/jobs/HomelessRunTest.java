package dev.mnc.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mnc.model.NativeLibraries;
import dev.mnc.scenes.SceneGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run as in a container: its user has no home, and the native libraries lie in a folder that it may only read. */
@Tag("process")
class HomelessRunTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path UNPACKED = Path.of(System.getProperty("user.home"), ".javacpp", "cache");

    /** A root user who may not write where the mode of a folder forbids it. */
    private static final List<String> BOUND_BY_MODES = List.of("setpriv", "--bounding-set=-dac_override");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @AfterEach
    void letTheFolderBeDeleted() throws IOException {
        permit("rwxr-xr-x");
    }

    private void permit(String mode) throws IOException {
        Path cache = temporary.resolve("native");
        if (Files.exists(cache)) {
            try (Stream<Path> files = Files.walk(cache)) {
                for (Path folder : (Iterable<Path>) files.filter(Files::isDirectory)::iterator) {
                    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
                }
            }
        }
    }

    /** Makes a folder of the native libraries that no process can write to. */
    private Path readOnlyCache() throws IOException {
        NativeLibraries.prepare(UNPACKED);
        Path cache = temporary.resolve("native");
        try (Stream<Path> files = Files.walk(UNPACKED)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = cache.resolve(UNPACKED.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (file.getFileName().toString().startsWith("lib")) {
                    Files.createSymbolicLink(copy, file);
                }
            }
        }
        permit("r-xr-xr-x");
        return cache;
    }

    private static boolean exists(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.exists(Path.of(folder, program)));
    }

    @Test
    void labels() throws Exception {
        boolean isRoot = System.getProperty("user.name").equals("root");
        assumeThat(!isRoot || exists("setpriv")).isTrue();
        new SceneGenerator(3).write(temporary, 1);
        Path scratch = Files.createDirectories(temporary.resolve("tmp"));
        Path table = temporary.resolve("labels");
        List<String> command = new ArrayList<>(isRoot ? BOUND_BY_MODES : List.of());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + ROOT.resolve("conf/jvm/common.options"),
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=?",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "label",
                "--images=" + temporary.resolve("images"),
                "--table=" + table,
                "--set=host.native-cache=" + readOnlyCache(),
                "--",
                "--master=local[1]"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("HOME");

        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(table.resolve("runs")).isNotEmptyDirectory();
        assertThat(scratch.resolve("mnc-spark-" + System.getProperty("user.name") + "/models"))
                .isNotEmptyDirectory();
        assertThat(scratch.resolve("mnc-spark-" + System.getProperty("user.name") + "/native"))
                .doesNotExist();
    }
}
