package dev.mnc.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class OptimisedPackagesTest {

    /** What the child process runs: a loop that is hot enough for both compilers, then a look at the directives. */
    static final class Loop {

        private Loop() {}

        public static void main(String[] arguments) {
            OptimisedPackages.apply();
            long sum = 0;
            for (int i = 0; i < 5_000_000; i++) {
                sum += mixed(i);
            }
            System.out.println(sum == 0 ? "never" : "done");
        }

        private static long mixed(int value) {
            return value * 31L ^ value >>> 3;
        }
    }

    private static String run(String packages) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+PrintCompilation",
                "-Dmnc.optimised-packages=" + packages,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Loop.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void onlyTheNamedPackagesAreOptimised() throws Exception {
        // Columns of PrintCompilation: time, number, flags, tier. Tier 4 is the optimising compiler.
        String optimised = "(?m)^ +\\d+ +\\d+ [ %sbn!]* +4 +dev\\.mnc\\.jobs\\.cli\\.OptimisedPackagesTest\\$Loop::";

        assertThat(run("dev/mnc/jobs/cli")).containsPattern(optimised).contains("done");
        assertThat(run("dev/mnc/geometry")).doesNotContainPattern(optimised).contains("done");
    }

    @Test
    void theFirstDirectiveThatMatchesCounts() {
        assertThat(OptimisedPackages.directives("a/b,c"))
                .isEqualTo("[ { match: [\"a/b/*.*\", \"c/*.*\"], c2: { Exclude: false } },"
                        + " { match: [\"*.*\"], c2: { Exclude: true } } ]");
    }
}
