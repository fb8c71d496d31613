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
    static final class Archived {

        private Archived() {}

        public static void main(String[] arguments) {
            ClassArchive.complete(System.err::println);
            System.out.println("done");
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void laterProcessesMapWhatTheFirstLeaves() throws Exception {
        Path archive = folder.resolve("classes.jsa");

        assertThat(run("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable", "-Dmnc.class-archive=" + archive))
                .isEqualTo("done\n");
        assertThat(archive).isNotEmptyFile();
        assertThat(folder.resolve("classes.jsa.complete")).isEmptyFile();
        assertThat(run("-XX:SharedArchiveFile=" + archive, "-Xshare:on", "-Xlog:class+load"))
                .containsPattern(
                        Archived.class.getName().replace("$", "\\$") + " source: shared objects file \\(top\\)");
    }

    @Test
    void anArchiveThatIsCutOffIsIgnored() throws Exception {
        Path archive = Files.writeString(folder.resolve("classes.jsa"), "\0".repeat(10_000));

        assertThat(run("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"))
                .isEqualTo("done\n");
    }

    @Test
    void nothingFailsWhereNoneCanBeLeft() throws Exception {
        assertThat(run("-Dmnc.class-archive=" + folder.resolve("no/such/classes.jsa")))
                .isEqualTo("done\n");
        assertThat(run("-Da=b")).isEqualTo("done\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("classes.jar");
        }
    }

    /** Runs {@link Archived} from a jar, since Java archives no classes of folders; gives its standard output. */
    private String run(String... options) throws IOException, InterruptedException, URISyntaxException {
        Path logging = Path.of(
                Logger.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", jar() + File.pathSeparator + logging, Archived.class.getName()));
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
            for (Class<?> type : List.of(ClassArchive.class, Archived.class)) {
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
