package dev.mnc.jobs.maintenance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.runs.IntactRuns;
import dev.mnc.jobs.runs.PublishedFile;
import dev.mnc.jobs.runs.PublishedRuns;
import dev.mnc.jobs.table.LabelColumns;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a compaction leaves every row as it is, whatever happens to it on the way. */
@Tag("spark")
class RunCompactionTest {

    private static final Configuration CONFIGURATION = new Configuration();
    private static final List<String> PARTS = List.of("images", "instances");

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

    private PublishedRuns runs() {
        return new PublishedRuns(table.toString(), CONFIGURATION);
    }

    private RunCompaction compaction(String runId, long smallBytes) {
        PublishedRuns runs = runs();
        PublishedRuns.Contents contents = runs.contents();
        RunRecord record = contents.records().stream()
                .filter(each -> each.runId().equals(runId))
                .findFirst()
                .orElseThrow();
        return new RunCompaction(
                runs, record, requireNonNull(contents.versions().get(runId)), smallBytes, CONFIGURATION);
    }

    private RunCompaction compaction() {
        return compaction("night", RunCompaction.SMALL_BYTES);
    }

    private List<String> rows(PublishedRuns runs, RunRecord record, String part) throws IOException {
        List<String> rows = new ArrayList<>();
        for (PublishedFile file : runs.publishedFiles(record, part)) {
            try (ParquetReader<Group> reader =
                    new ParquetReader.Builder<Group>(new LocalInputFile(Path.of(file.uri()))) {
                        @Override
                        protected ReadSupport<Group> getReadSupport() {
                            return new GroupReadSupport();
                        }
                    }.usePageChecksumVerification(true).build()) {
                for (Group row = reader.read(); row != null; row = reader.read()) {
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }

    private List<String> rows(String runId, String part) throws IOException {
        PublishedRuns runs = runs();
        return rows(runs, runs.run(runId), part);
    }

    private List<String> allRows(String runId) throws IOException {
        return Stream.concat(rows(runId, "images").stream(), rows(runId, "instances").stream())
                .toList();
    }

    private List<String> findings() throws IOException {
        PublishedRuns runs = runs();
        PublishedRuns.Contents contents = runs.contents();
        List<String> all = new ArrayList<>(contents.damaged().values());
        for (RunRecord record : contents.records()) {
            new RunVerification(runs, record, 2, CONFIGURATION)
                    .verified()
                    .findings()
                    .forEach(finding -> all.add(finding.toString()));
        }
        return all;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(table)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> table.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static FileMetaData metadata(String file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(Path.of(file)))) {
            return reader.getFileMetaData();
        }
    }

    @Test
    void keepsEveryRowAndTheRecord() throws IOException {
        FileMetaData columns = metadata(runs().files(run, "instances").get(0));
        List<String> images = rows("night", "images");
        List<String> instances = rows("night", "instances");

        CompactedRun compacted = compaction().done();

        assertThat(compacted.files()).isEqualTo(6);
        assertThat(compacted.into()).isEqualTo(2);
        assertThat(rows("night", "images")).hasSize(25).isEqualTo(images);
        assertThat(rows("night", "instances")).hasSize(24).isEqualTo(instances);
        RunRecord now = runs().run("night");
        assertThat(now).isEqualTo(run.withManifest(requireNonNull(now.manifest())));
        assertThat(requireNonNull(now.manifest()).fileBytes()).isEqualTo(requireNonNull(compacted.intoBytes()));
        String file = runs().files(now, "instances").get(0);
        assertThat(file).contains("/instances/run=night/wave=compacted-").endsWith("/part-00001.zstd.parquet");
        assertThat(metadata(file).getSchema()).isEqualTo(columns.getSchema());
        assertThat(metadata(file).getKeyValueMetaData()).containsAllEntriesOf(columns.getKeyValueMetaData());
        assertThat(findings()).isEmpty();
        assertThat(compaction().planned().isNews()).as("a second time").isFalse();
        assertThat(compaction().done().into()).isNull();
    }

    @Test
    void writesAsLabellingDoes() throws IOException {
        compaction().done();

        Path file = Path.of(runs().files(runs().run("night"), "instances").get(0));
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            for (ColumnChunkMetaData chunk : reader.getRowGroups().get(0).getColumns()) {
                assertThat(chunk.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                assertThat(chunk.hasDictionaryPage())
                        .as("%s", chunk.getPath())
                        .isEqualTo(!LabelColumns.WITHOUT_REPEATS.contains(
                                chunk.getPath().toDotString()));
                assertThat(reader.readColumnIndex(chunk)).isNotNull();
            }
        }
        byte[] content = Files.readAllBytes(file);
        content[(int) RunWriter.endOf(file, "score")] ^= 1;
        Files.write(file, content);
        assertThat(findings())
                .singleElement()
                .asString()
                .contains("has a damaged page in row group 0, column score: could not verify page integrity");
    }

    @Test
    void endsFilesThatAreLargeEnoughAndLeavesNoShortOne() throws IOException {
        long small = 5_000;
        writer.publish("long", 100, 600);
        List<String> rows = allRows("long");

        CompactedRun compacted = compaction("long", small).done();

        assertThat(compacted.files()).isEqualTo(120);
        RunRecord now = runs().run("long");
        for (String part : PARTS) {
            List<DataFile> files = runs().publishedFiles(now, part).stream()
                    .map(PublishedFile::file)
                    .toList();
            assertThat(files)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(file -> assertThat(file.bytes()).isGreaterThanOrEqualTo(small));
        }
        assertThat(allRows("long")).isEqualTo(rows);
        assertThat(compaction("long", small).planned().files()).isZero();
        assertThat(findings()).isEmpty();

        // Once more, into larger ones.
        assertThat(compaction("long", RunCompaction.SMALL_BYTES).done().into()).isEqualTo(2);
        assertThat(table.resolve("runs/long~0002.json")).exists();
        assertThat(allRows("long")).isEqualTo(rows);
        assertThat(findings()).isEmpty();
    }

    @Test
    void takesNothingAwayFromReadersThatHaveBegun() throws IOException {
        PublishedRuns reader = runs();
        List<String> images = rows("night", "images");
        List<String> warnings = new ArrayList<>();
        IntactRuns label = new IntactRuns(reader, warnings::add, CONFIGURATION);

        compaction().done();

        assertThat(rows(reader, run, "images")).isEqualTo(images);
        assertThat(reader.files(run, "images")).hasSize(3);
        assertThat(label.of(any -> true)).hasSize(1);
        assertThat(reader.files(reader.newest(), "images")).as("read anew").hasSize(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void ofTwoAtOnceOneIsPublished() throws IOException {
        RunCompaction first = compaction();
        RunCompaction second = compaction();
        List<String> rows = allRows("night");

        assertThat(first.done().into()).isEqualTo(2);
        List<String> files = files();
        CompactedRun lost = second.done();

        assertThat(lost.text()).isEqualTo("run night is not compacted: another process has compacted it meanwhile");
        assertThat(files().stream().filter(file -> !files.contains(file)))
                .as("its list, which gc finds")
                .singleElement()
                .asString()
                .matches("runs/night-[0-9a-f]{8}\\.files\\.parquet");
        assertThat(allRows("night")).isEqualTo(rows);
    }

    @Test
    void leavesARunWithDamageAsItIs() throws IOException {
        Path file = table.resolve("instances/run=night/wave=1/part-00000.zstd.parquet");
        byte[] content = Files.readAllBytes(file);
        content[(int) RunWriter.endOf(file, "score")] ^= 1;
        Files.write(file, content);
        List<String> files = files();

        assertThat(compaction().done().text())
                .isEqualTo("run night is not compacted: run night in " + table + " is damaged: " + file
                        + " has a damaged page in row group 0, column score: could not verify page integrity, CRC checksum"
                        + " verification failed");
        Files.delete(file);
        assertThat(compaction().done().text())
                .isEqualTo(
                        "run night is not compacted: run night in " + table + " is damaged: " + file + " is missing");
        Files.write(file, content);
        assertThat(files()).isEqualTo(files);
        Files.delete(table.resolve(requireNonNull(run.manifest()).path()));
        assertThat(compaction().planned().text())
                .startsWith("run night is not compacted: run night in " + table + " is damaged: ");
    }

    @Test
    void leavesARunAloneWhoseRecordCountsOtherRows() throws IOException {
        writer.makeOld(run, manifest -> {});
        Path record = table.resolve("runs/night.json");
        Files.writeString(record, Files.readString(record).replace("\"instances\" : 24", "\"instances\" : 25"));
        List<String> files = files();

        assertThat(compaction().done().text())
                .isEqualTo("run night is not compacted: run night in " + table
                        + " is damaged: its files have 24 rows of instances, its record says 25");
        assertThat(files()).isEqualTo(files);
    }

    @Test
    void givesOldRunsDigests() throws IOException {
        writer.makeOld(run, manifest -> assertThat(manifest.toFile().delete()).isTrue());
        List<String> rows = allRows("night");

        assertThat(compaction().done().into()).isEqualTo(2);

        assertThat(allRows("night")).isEqualTo(rows);
        assertThat(runs().dataFiles(runs().run("night")))
                .allSatisfy(file -> assertThat(file.sha256()).isNotNull());
        assertThat(findings()).isEmpty();
        assertThat(runs().run("night").number()).isZero();
    }

    @Test
    void aRunOutOfSightStaysThere() throws IOException {
        RunCompaction compaction = compaction();
        runs().retract("night");

        assertThat(compaction.done().into()).isEqualTo(2);

        assertThat(runs().published()).isEmpty();
        assertThat(runs().retracted("night").manifest()).isNotEqualTo(run.manifest());
        assertThat(runs().restore("night")).isTrue();
        assertThat(runs().files(runs().run("night"), "images")).hasSize(1);
        assertThat(findings()).isEmpty();
    }

    @Test
    void aDamagedNewestRecordIsDamage() throws IOException {
        compaction().done();
        Path newest = table.resolve("runs/night~0001.json");
        String good = Files.readString(newest);
        Files.writeString(newest, good.replace("\"ok\" : 25", "\"ok\" : 24"));
        String what = newest + " is no run record as it was written: its sha256 is another than its last line says";

        assertThat(runs().contents().damaged()).containsEntry("night", what).hasSize(1);
        assertThat(runs().contents().records()).isEmpty();
        assertThatThrownBy(() -> runs().published())
                .isInstanceOf(OperatorException.class)
                .hasMessage("run night in " + table + " is damaged: " + what);
        age();
        assertThat(leftovers()).isEmpty();

        Files.writeString(newest, good);
        Files.delete(table.resolve("runs/night.json"));
        assertThat(runs().contents().damaged())
                .containsEntry("night", table.resolve("runs/night.json") + " is missing");
    }

    @Test
    void whatAKilledCompactionLeftIsGarbage() throws IOException {
        List<String> rows = allRows("night");
        String killed = "wave=compacted-" + UUID.randomUUID();
        for (String part : PARTS) {
            Path folder = Files.createDirectories(table.resolve(part + "/run=night/" + killed));
            Files.copy(
                    table.resolve(part + "/run=night/wave=0/part-00000.zstd.parquet"),
                    folder.resolve("part-00000.parquet"));
        }
        Files.writeString(table.resolve("runs/night-01234567.files.parquet"), "1");
        assertThat(leftovers()).as("young").isEmpty();
        age();

        assertThat(leftovers())
                .containsExactly(
                        "images/run=night/" + killed + "/ compacted data that run night does not name",
                        "instances/run=night/" + killed + "/ compacted data that run night does not name",
                        "runs/night-01234567.files.parquet a list of files that no run names");
        delete();
        assertThat(files()).noneMatch(file -> file.contains("wave=compacted-") || file.contains("01234567"));
        assertThat(allRows("night")).isEqualTo(rows);
        assertThat(compaction().done().into()).isEqualTo(2);
    }

    @Test
    void whatWasReplacedIsGarbageOnceNoReaderNeedsIt() throws IOException {
        writer.publish("other", 50, 12);
        List<String> rows = allRows("night");
        age();
        compaction().done();

        assertThat(leftovers()).as("readers may have begun just before").isEmpty();
        Path record = table.resolve("runs/night~0001.json");
        Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(Duration.ofHours(30))));

        assertThat(leftovers())
                .containsExactly(
                        "images/run=night/ data that was compacted",
                        "instances/run=night/ data that was compacted",
                        requireNonNull(run.manifest()).path() + " a list of files that no run names");
        delete();
        assertThat(files().stream().filter(file -> file.contains("night")))
                .containsExactly(Stream.concat(
                                runs().dataFiles(runs().run("night")).stream().map(DataFile::path),
                                Stream.of(
                                        requireNonNull(runs().run("night").manifest())
                                                .path(),
                                        "runs/night.json",
                                        "runs/night~0001.json"))
                        .toArray(String[]::new));
        assertThat(table.resolve("images/run=night/wave=0")).doesNotExist();
        assertThat(allRows("night")).isEqualTo(rows);
        assertThat(rows("other", "images")).hasSize(12);
        assertThat(findings()).isEmpty();
    }

    private List<Leftover> garbage() throws IOException {
        return new Leftovers(table.toString(), null, note -> {}, CONFIGURATION)
                .before(Instant.now().minus(Duration.ofHours(24)));
    }

    private List<String> leftovers() throws IOException {
        return garbage().stream().map(each -> each.path() + " " + each.why()).toList();
    }

    private void delete() throws IOException {
        for (Leftover leftover : garbage()) {
            leftover.delete(table.toString(), CONFIGURATION);
        }
    }

    /** Makes all files of the table two days old. */
    private void age() throws IOException {
        for (String file : files()) {
            Files.setLastModifiedTime(
                    table.resolve(file), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }
    }
}
