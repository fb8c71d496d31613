package dev.mnc.jobs.maintenance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether verifying a table notices whatever happened to it. */
class VerificationTest {

    private static final Configuration CONFIGURATION = new Configuration();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path table;

    private RunWriter writer;
    private RunRecord run;

    @BeforeEach
    void publishes() throws IOException {
        writer = new RunWriter(table);
        run = writer.publish("night", 0, 25);
    }

    private List<String> findings() throws IOException {
        PublishedRuns runs = new PublishedRuns(table.toString(), CONFIGURATION);
        PublishedRuns.Contents contents = runs.contents();
        List<String> all = new ArrayList<>(contents.damaged().values());
        for (RunRecord record : contents.records()) {
            new RunVerification(runs, record, 2, CONFIGURATION)
                    .verified()
                    .findings()
                    .forEach(finding -> all.add(finding.toString()));
        }
        return all.stream().map(text -> text.replace(table + "/", "")).toList();
    }

    private List<Path> published() throws IOException {
        try (Stream<Path> files = Files.walk(table)) {
            return files.filter(file -> file.toString().matches(".*(\\.parquet|\\.json)"))
                    .sorted()
                    .toList();
        }
    }

    private Path part(String part) {
        return table.resolve(part + "/run=night/wave=1/part-00000.zstd.parquet");
    }

    @Test
    void findsNothingInAGoodTable() throws IOException {
        assertThat(findings()).isEmpty();
        assertThat(published()).as("three waves of two parts, list and record").hasSize(8);
    }

    @Test
    void noticesEachOfManyFlippedBits() throws IOException {
        Random random = new Random(22);
        List<Path> files = published();
        for (int i = 0; i < 600; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            int bit = random.nextInt(8 * bad.length);
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);

            assertThat(findings()).as("bit %d of %s", bit, file).isNotEmpty();

            Files.write(file, good);
        }
        assertThat(findings()).isEmpty();
    }

    @Test
    void namesRowGroupAndColumnOfADamagedPage() throws IOException {
        flip(part("images"), RunWriter.endOf(part("images"), "read_ms"));

        assertThat(findings())
                .containsExactly(
                        "run night: images/run=night/wave=1/part-00000.zstd.parquet has a damaged page in row group 0,"
                                + " column read_ms: could not verify page integrity, CRC checksum verification failed");
    }

    @Test
    void checksFilesOfOldRunsByTheirChecksumsAndCounts() throws IOException {
        writer.makeOld(run, manifest -> assertThat(manifest.toFile().delete()).isTrue());
        assertThat(findings()).isEmpty();

        flip(part("instances"), RunWriter.endOf(part("instances"), "score"));

        assertThat(findings())
                .containsExactly(
                        "run night: instances/run=night/wave=1/part-00000.zstd.parquet has a damaged page in row"
                                + " group 0, column score: could not verify page integrity, CRC checksum verification failed");
    }

    @Test
    void namesEachFileThatIsMissingOrOfAnotherLength() throws IOException {
        Files.delete(part("images"));
        Files.write(part("instances"), new byte[] {1, 2, 3});

        long bytes = new PublishedRuns(table.toString(), new Configuration())
                .dataFiles(run).stream()
                        .filter(file -> file.path().startsWith("instances/run=night/wave=1/"))
                        .mapToLong(RunRecord.DataFile::bytes)
                        .sum();
        assertThat(findings())
                .containsExactlyInAnyOrder(
                        "run night: images/run=night/wave=1/part-00000.zstd.parquet is missing",
                        "run night: instances/run=night/wave=1/part-00000.zstd.parquet has 3 bytes, not " + bytes
                                + " as published");
    }

    @Test
    void namesAListOfFilesThatIsMissing() throws IOException {
        String manifest = requireNonNull(run.manifest()).path();
        Files.delete(table.resolve(manifest));

        assertThat(findings())
                .containsExactly("run night: run night in " + table + " is damaged: " + manifest + " is missing");
    }

    @Test
    void noticesAnImageWithTwoRows() throws IOException {
        writer.publish("twice", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1);

        assertThat(findings())
                .containsExactly(
                        "run twice: 1 row too many of images that have one, e.g. file:///photos/1.jpg",
                        "run twice: 1 image with another number of instances than instance_count says");
    }

    @Test
    void comparesTheRecordWithWhatIsCounted() throws IOException {
        writer.makeOld(run, manifest -> {});
        Path record = table.resolve("runs/night.json");
        Files.writeString(
                record,
                Files.readString(record)
                        .replace("\"planned\" : 25", "\"planned\" : 26")
                        .replace("\"instances\" : 24", "\"instances\" : 25"));

        assertThat(findings())
                .containsExactly(
                        "run night: images in its files: 25, but planned in the record: 26",
                        "run night: instances in its files: 24, but instances in the record: 25");
    }

    private static void flip(Path file, long position) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[(int) position] ^= 1;
        Files.write(file, content);
    }
}
