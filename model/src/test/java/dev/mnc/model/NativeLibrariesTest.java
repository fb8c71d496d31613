package dev.mnc.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.TensorFlow;

/** Native libraries are unpacked by processes of their own, since a process keeps those that it has loaded. */
@Tag("tensorflow")
class NativeLibrariesTest {

    private static final String SMALLEST = "libjnitensorflow.so";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** A process that prepares a folder, loads TensorFlow, and prints which files it loaded. */
    static final class Loader {

        private Loader() {}

        /**
         * Runs the process.
         *
         * @param arguments the folder
         */
        public static void main(String[] arguments) throws IOException {
            NativeLibraries.prepare(Path.of(arguments[0]));
            String unused = TensorFlow.version();
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                maps.filter(line -> line.contains("libtensorflow") || line.contains("libjnitensorflow"))
                        .map(line -> line.substring(line.indexOf('/')))
                        .distinct()
                        .sorted()
                        .forEach(System.out::println);
            }
        }
    }

    private Process start(Path folder, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + temporary.resolve("home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loader.class.getName(),
                        folder.toString())
                .redirectOutput(output.toFile())
                .redirectError(temporary.resolve("errors").toFile())
                .start();
    }

    private List<String> load(Path folder) throws Exception {
        Path output = temporary.resolve("output");
        Process process = start(folder, output);
        assertThat(process.waitFor())
                .as(Files.readString(temporary.resolve("errors")))
                .isZero();
        return Files.readAllLines(output);
    }

    private static List<Path> libraries(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> file.getFileName().toString().startsWith("lib"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void unpacksOnceAndHealsWhatIsDamaged() throws Exception {
        Path folder = temporary.resolve("native");
        killedWhileUnpacking(folder);

        List<String> loaded = load(folder);
        List<Path> whole = libraries(folder);

        assertThat(loaded).isNotEmpty().allMatch(file -> file.startsWith(folder.toString()));
        assertThat(whole).hasSize(3).noneMatch(file -> file.toString().endsWith(".part"));

        List<Object> inodes = new ArrayList<>();
        Path small =
                whole.stream().filter(file -> file.endsWith(SMALLEST)).findAny().orElseThrow();
        for (Path file : whole) {
            inodes.add(Files.getAttribute(file, "unix:ino"));
        }
        FileTime date = Files.getLastModifiedTime(small);
        for (Path file : whole) {
            // As by a process in another time zone: dates in a jar are local.
            Files.setLastModifiedTime(file, FileTime.fromMillis(date.toMillis() + 3_600_000));
        }
        byte[] before = Files.readAllBytes(small);
        try (RandomAccessFile file = new RandomAccessFile(small.toFile(), "rw")) {
            file.seek(before.length / 2);
            file.write(~before[before.length / 2]);
        }
        // JavaCPP, which looks at length and date, would take the file for whole.
        Files.setLastModifiedTime(small, date);

        load(folder);

        assertThat(Files.readAllBytes(small)).isEqualTo(before);
        for (int i = 0; i < whole.size(); i++) {
            if (!whole.get(i).equals(small)) {
                assertThat(Files.getAttribute(whole.get(i), "unix:ino"))
                        .as("%s is not unpacked again", whole.get(i))
                        .isEqualTo(inodes.get(i));
                assertThat(Files.getLastModifiedTime(whole.get(i)))
                        .as("JavaCPP would unpack it again")
                        .isEqualTo(date);
            }
        }
        assertThat(temporary.resolve("home")).doesNotExist();
    }

    /** Leaves a file that is not whole, under the name that it has while it is unpacked. */
    private void killedWhileUnpacking(Path folder) throws Exception {
        Process process = start(folder, temporary.resolve("killed"));
        for (int i = 0; i < 1200 && !isUnpacking(folder); i++) {
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("the process ended")
                    .isFalse();
        }
        process.destroyForcibly().waitFor();
        assertThat(libraries(folder)).anyMatch(file -> file.toString().endsWith(".part"));
    }

    private static boolean isUnpacking(Path folder) throws IOException {
        return Files.exists(folder)
                && libraries(folder).stream().anyMatch(file -> file.toString().endsWith(".part"));
    }
}
