package dev.mnc.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class ClassArchiveTest {

    /** What the child processes run. */
    static final class Leaver {

        private Leaver() {}

        public static void main(String[] arguments) {
            ClassArchive.leave(System.err::println);
            System.out.println("left");
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void laterProcessesMapWhatTheFirstLeaves() throws Exception {
        Path archive = folder.resolve("classes.jsa");

        assertThat(run("-XX:+RecordDynamicDumpInfo", "-Xlog:disable", "-Dmnc.class-archive=" + archive))
                .isEqualTo("left\n");
        assertThat(archive).isNotEmptyFile();
        assertThat(run("-XX:SharedArchiveFile=" + archive, "-Xshare:on", "-Xlog:class+load"))
                .containsPattern(Leaver.class.getName().replace("$", "\\$") + " source: shared objects file \\(top\\)");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("classes.jsa", "classes.jar");
        }
    }

    @Test
    void nothingFailsWhereNoneCanBeLeft() throws Exception {
        assertThat(run("-Dmnc.class-archive=" + folder.resolve("classes.jsa"))).isEqualTo("left\n");
        assertThat(run("-Da=b")).isEqualTo("left\n");
        assertThat(folder.resolve("classes.jsa")).doesNotExist();
    }

    /** Runs {@link Leaver} from a jar, since Java archives no classes of folders; gives its standard output. */
    private String run(String... options) throws IOException, InterruptedException, URISyntaxException {
        Path logging = Path.of(
                Logger.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", jar() + File.pathSeparator + logging, Leaver.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private Path jar() throws IOException {
        Path jar = folder.resolve("classes.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> type : List.of(ClassArchive.class, Leaver.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream bytes = type.getResourceAsStream("/" + name)) {
                    assertThat(bytes).isNotNull().satisfies(in -> in.transferTo(out));
                }
            }
        }
        return jar;
    }
}
