package dev.mnc.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive's {@code mnc drill}: drivers and executors killed, tables on files and behind a store that fails on purpose. */
@Tag("spark")
@Tag("tensorflow")
@Tag("process")
class DrillTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    @Test
    void tenRoundsLoseAndDoubleNothing() throws Exception {
        Archive.Result drill = Archive.unpackedIn(temporary)
                .mnc(
                        Archive.SPARK.resolve("4.1/target"),
                        "drill",
                        "--rounds",
                        "10",
                        "--seed",
                        "2",
                        "--images",
                        "24",
                        "--minutes",
                        "30",
                        "--out",
                        temporary.resolve("drill").toString(),
                        "--s3proxy",
                        System.getProperty("mnc.s3proxy"));

        assertThat(drill.exitCode()).as(drill.output()).isZero();
        assertThat(drill.output())
                .containsPattern("round \\d+: files, one process, [1-3] kills")
                .containsPattern("round \\d+: s3, two executors, [1-3] kills")
                .containsPattern(
                        "10 of 10 rounds, \\d{2} kills, \\d{2} processes: 0 images lost, 0 rows doubled, 0 rows"
                                + " differing, 0 committed files redone\n$");
    }
}
