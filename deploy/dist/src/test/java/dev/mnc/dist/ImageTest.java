package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mnc.dist.Archive.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of the archive and a plain Spark 4.2, built without a daemon and run as a pod would run it. */
@Tag("process")
class ImageTest {

    private static final int SKIPPED = 77;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private Result build(Archive archive) throws IOException, InterruptedException {
        String script =
                archive.home().resolve("deploy/kubernetes/image/build.sh").toString();
        return Archive.run(
                temporary,
                Map.of("TMPDIR", temporary.toString()),
                List.of(script, archive.home().toString()));
    }

    @Test
    void labelsAsAPodWithoutChangingItself() throws Exception {
        assumeThat(Boolean.getBoolean("mnc.image"))
                .as("the image takes minutes to build, so it was not built: -Pimage does it")
                .isTrue();
        Archive archive = Archive.unpackedIn(Files.createDirectory(temporary.resolve("archive")));
        Path jars = Files.createDirectories(archive.home().resolve("spark/jars"));
        try (Stream<Path> files = Files.list(Archive.SPARK.resolve("4.2/target/jars"))) {
            for (Path file : files.toList()) {
                Files.copy(file, jars.resolve(file.getFileName()));
            }
        }

        Result result = build(archive);

        assumeThat(result.exitCode()).as(result.output()).isNotEqualTo(SKIPPED);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .containsPattern("\n7 ok, 0 warnings, 0 failed, \\d+ skipped\n")
                .contains("\nlabelled 8 of 8 images: ")
                .containsPattern("\nrows: [1-9]\\d*\n")
                .endsWith("built and ran localhost/mnc-spark:test\n");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).containsExactly(temporary.resolve("archive"));
        }
    }

    @Test
    void aSparkThatCannotStartExecutorsInPodsIsRefused() throws Exception {
        Path image = Path.of("../kubernetes/image").toAbsolutePath().normalize();
        Path home = Files.createDirectories(temporary.resolve("home"));
        Files.createDirectories(home.resolve("deploy/kubernetes"));
        Files.createSymbolicLink(home.resolve("deploy/kubernetes/image"), image);
        Path spark = Files.createDirectories(home.resolve("spark"));
        Files.createSymbolicLink(spark.resolve("jars"), Archive.SPARK.resolve("4.1/target/jars"));

        assertThat(build(new Archive(home)))
                .isEqualTo(new Result(
                        6,
                        "error: " + home + "/spark holds no Spark with spark-kubernetes_2.13\n"
                                + "  put one from spark.apache.org there: 4.0, 4.1 or 4.2\n"));
    }
}
