package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lib/} of the archive and what Spark 4.0, 4.1 and 4.2 bring by their own POMs: together everything, nothing twice. */
class LibrariesTest {

    private static final List<String> LINES = List.of("4.0", "4.1", "4.2");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** Names of artifacts that every line of Spark brings; Netty, which its versions cut differently, as a whole. */
    private static Set<String> ofEverySpark() throws IOException {
        Set<String> all = new TreeSet<>();
        for (String line : LINES) {
            Set<String> names = new TreeSet<>();
            for (String artifact : Files.readAllLines(Archive.SPARK.resolve(line + "/target/artifacts.txt"))) {
                String[] parts = artifact.replaceFirst("^[ |+\\\\-]*", "").split(":", -1);
                if (parts.length >= 5) {
                    names.add(parts[1]);
                }
            }
            assertThat(names).as(line).hasSizeGreaterThan(150);
            if (all.isEmpty()) {
                all.addAll(names);
            }
            all.retainAll(names);
        }
        return all;
    }

    private static List<String> libraries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("-\\d[^-]*.*\\.jar$", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void holdsNothingThatEverySparkBrings() throws Exception {
        List<String> ours = libraries(Archive.unpackedIn(temporary).home().resolve("lib"));

        assertThat(ours)
                .contains("mnc-jobs", "mnc-model", "mnc-schemas", "reactive-streams", "protobuf-java", "hadoop-aws");
        assertThat(ours).doesNotContainAnyElementsOf(ofEverySpark());
        assertThat(ours).noneMatch(name -> name.startsWith("netty-") && !name.equals("netty-nio-client"));
    }

    @Test
    void whatIsLeftOutComesWithEverySpark() throws Exception {
        List<String> ours = libraries(Archive.unpackedIn(temporary).home().resolve("lib"));
        List<String> leftOut = new ArrayList<>();
        for (String file :
                Files.readString(Path.of("../../jobs/target/classpath")).split(":", -1)) {
            String name = Path.of(file).getFileName().toString().replaceFirst("-\\d[^-]*.*\\.jar$", "");
            if (!ours.contains(name)) {
                leftOut.add(name);
            }
        }

        assertThat(leftOut).isNotEmpty();
        assertThat(leftOut.stream().filter(name -> !name.startsWith("netty-"))).isSubsetOf(ofEverySpark());
    }
}
