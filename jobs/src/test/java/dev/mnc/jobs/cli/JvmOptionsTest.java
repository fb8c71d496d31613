package dev.mnc.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmOptionsTest {

    private static final Path FILES = Path.of("..", "conf", "jvm");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void readsWordsAsJavaDoes() throws Exception {
        Path file = Files.writeString(
                folder.resolve("a.options"),
                "# a comment's quote\n-Da=b -Dc='d # e'  # and one behind\n\n\"-Df=g h\"\n-Di=\"j\"k\n");

        assertThat(JvmOptions.read(file)).containsExactly("-Da=b", "-Dc=d # e", "-Df=g h", "-Di=jk");
        assertThat(java(List.of("@" + file, "-XshowSettings:properties", "-version")))
                .contains("    a = b\n", "    c = d # e\n", "    f = g h\n", "    i = jk\n");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = folder.resolve("none.options");
        assertThatThrownBy(() -> JvmOptions.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessage("cannot read the JVM options in " + file);
    }

    @Test
    void theUsersOptionsComeLast() {
        List<String> ours = List.of("-XX:+UseParallelGC", "-Da=b c", "-Dspark.a=b", "-XX:MetaspaceSize=256m");

        assertThat(JvmOptions.forExecutors(ours, ""))
                .isEqualTo("-XX:+UseParallelGC \"-Da=b c\" -XX:MetaspaceSize=256m");
        assertThat(JvmOptions.forExecutors(ours, " -XX:MetaspaceSize=1m "))
                .isEqualTo("-XX:+UseParallelGC \"-Da=b c\" -XX:MetaspaceSize=256m -XX:MetaspaceSize=1m");
        assertThat(JvmOptions.forExecutors(ours, "-XX:+UseG1GC"))
                .isEqualTo("\"-Da=b c\" -XX:MetaspaceSize=256m -XX:+UseG1GC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"label", "train", "evaluate", "evaluate-large"})
    void thisJavaKnowsEveryOption(String kind) throws Exception {
        assertThat(java(withFiles(kind, "-version"))).contains(" version \"").doesNotContain("warning");
        // What java reads from the file is what executors get.
        List<String> words = new ArrayList<>(JvmOptions.read(FILES.resolve("common.options")));
        words.addAll(JvmOptions.read(FILES.resolve(kind + ".options")));
        assertThat(java(withFiles(kind, "-XX:+PrintCommandLineFlags", "-version")))
                .isEqualTo(java(
                        plus(words, "-XX:-IgnoreUnrecognizedVMOptions", "-XX:+PrintCommandLineFlags", "-version")));
    }

    @Test
    void anOptionThatJavaDoesNotKnowWouldBeFound() throws Exception {
        assertThat(java(withFiles("train", "-XX:+NoSuchOption", "-version")))
                .contains("Unrecognized VM option 'NoSuchOption'");
    }

    private static List<String> withFiles(String kind, String... more) {
        return plus(
                List.of("@" + FILES.resolve("common.options"), "@" + FILES.resolve(kind + ".options")),
                plus(List.of("-XX:-IgnoreUnrecognizedVMOptions"), more).toArray(String[]::new));
    }

    private static List<String> plus(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    private static String java(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
