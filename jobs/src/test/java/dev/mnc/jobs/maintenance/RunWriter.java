package dev.mnc.jobs.maintenance;

import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.store.Digests;
import dev.mnc.schemas.ImageRef;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunRecord.DataFile;
import dev.mnc.schemas.RunWork;
import dev.mnc.schemas.WaveRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** A writer of runs as labelling leaves them, without a model and without Spark. Image i has i modulo 3 instances. */
public final class RunWriter {

    public static final RunWork WORK = new RunWork("photos", null, null, "model", "config", null);

    private static final int WAVE = 10;

    private static final MessageType IMAGES = MessageTypeParser.parseMessageType("""
            message spark_schema { required int64 image_id; required binary image_uri (STRING);
              required binary file_name (STRING); optional binary etag (STRING); required int64 size_bytes;
              optional int32 height; optional int32 width; optional int32 exif_orientation;
              required binary status (STRING); optional binary error_stage (STRING);
              optional binary error_reason (STRING); required int32 instance_count; required double read_ms;
              required double decode_ms; required double detect_ms; required double vote_ms; }
            """);

    private static final MessageType INSTANCES = MessageTypeParser.parseMessageType("""
            message spark_schema { required int64 image_id; required binary image_uri (STRING); required int32 instance;
              required int64 category_id; required binary category_name (STRING); required double score;
              required group bbox { required double x; required double y; required double width;
                required double height; }
              required int64 area;
              required group segmentation { required int32 height; required int32 width;
                required binary counts (STRING); } }
            """);

    private final Path table;
    private final CompressionCodecName codec;

    public RunWriter(Path table) {
        this(table, CompressionCodecName.ZSTD);
    }

    public RunWriter(Path table, CompressionCodecName codec) {
        this.table = table;
        this.codec = codec;
    }

    /** Publishes a run of images that are numbered from {@code first}. */
    public RunRecord publish(String runId, int first, int images) throws IOException {
        return publish(runId, IntStream.range(first, first + images).toArray());
    }

    /** Publishes a run with a row for each number. */
    public RunRecord publish(String runId, int... numbers) throws IOException {
        try (RunClaim claim = begun(runId, numbers)) {
            commit(claim, numbers, Integer.MAX_VALUE);
            List<WaveRecord> entries = claim.log().entries();
            long instances = entries.stream()
                    .mapToLong(entry -> entry.outcome().instances())
                    .sum();
            return claim.publish(manifest -> new RunRecord(
                    runId,
                    claim.number(),
                    "test",
                    "model",
                    "config",
                    Map.of(),
                    null,
                    new RunRecord.Input("photos", "listing", numbers.length, numbers.length, 1, 0L),
                    new RunRecord.Outcome(numbers.length, 0, instances, List.of()),
                    null,
                    manifest,
                    new RunRecord.Timing(
                            "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", 60, 1.5, Map.of(), null, 1, List.of()),
                    Map.of(),
                    null));
        }
    }

    /** Leaves a run with some of its waves committed. */
    public void leaveUnfinished(String runId, int images, int waves) throws IOException {
        int[] numbers = IntStream.range(0, images).toArray();
        try (RunClaim claim = begun(runId, numbers)) {
            commit(claim, numbers, waves);
        }
    }

    /** Begins a run and stores its plan; the caller closes it. */
    public RunClaim begun(String runId, int... numbers) {
        RunClaim claim = RunClaim.take(table.toString(), runId, WORK, note -> {}, new Configuration());
        List<ImageRef> images = Arrays.stream(numbers)
                .mapToObj(number -> new ImageRef(number, uri(number), number + ".jpg", 100, null, null))
                .toList();
        var unused = claim.store(
                images.iterator(),
                files -> new PlanRecord(
                        runId, WORK, "2026-01-01T00:00:00Z", images.size(), "listing", 0, images.size(), 1, files));
        return claim;
    }

    private void commit(RunClaim claim, int[] numbers, int waves) throws IOException {
        for (int wave = 0; wave < waves && wave * WAVE < numbers.length; wave++) {
            int first = wave * WAVE;
            int[] some = Arrays.copyOfRange(numbers, first, Math.min(numbers.length, first + WAVE));
            List<DataFile> files = List.of(images(claim.runId(), wave, some), instances(claim.runId(), wave, some));
            var unused = claim.commit((entry, owner) -> new WaveRecord(
                    claim.runId(),
                    entry,
                    owner,
                    first,
                    some.length,
                    uri(some[0]),
                    uri(some[some.length - 1]),
                    files,
                    new RunRecord.Outcome(some.length, 0, files.get(1).rows(), List.of()),
                    Map.of(),
                    new RunRecord.Pace("2026-01-01T00:00:30Z", some.length, 2.5, 0.5, Map.of()),
                    List.of()));
        }
    }

    private static String uri(int number) {
        return "file:///photos/" + number + ".jpg";
    }

    private DataFile images(String runId, int wave, int[] numbers) throws IOException {
        List<Group> rows = new ArrayList<>();
        for (int number : numbers) {
            Group row = new SimpleGroup(IMAGES)
                    .append("image_id", (long) number)
                    .append("image_uri", uri(number))
                    .append("file_name", number + ".jpg")
                    .append("size_bytes", 100L)
                    .append("height", 10)
                    .append("width", 20)
                    .append("status", "ok")
                    .append("instance_count", number % 3);
            for (String column : List.of("read_ms", "decode_ms", "detect_ms", "vote_ms")) {
                row.append(column, number + 0.25);
            }
            rows.add(row);
        }
        return write("images", runId, wave, IMAGES, rows);
    }

    private DataFile instances(String runId, int wave, int[] numbers) throws IOException {
        List<Group> rows = new ArrayList<>();
        for (int number : numbers) {
            for (int instance = 0; instance < number % 3; instance++) {
                Group row = new SimpleGroup(INSTANCES)
                        .append("image_id", (long) number)
                        .append("image_uri", uri(number))
                        .append("instance", instance)
                        .append("category_id", 7L)
                        .append("category_name", "whole")
                        .append("score", 0.9 / (instance + 1))
                        .append("area", 200L);
                Group box = row.addGroup("bbox");
                box.append("x", 0.0).append("y", 0.0).append("width", 20.0).append("height", 10.0);
                Group mask = row.addGroup("segmentation");
                mask.append("height", 10).append("width", 20).append("counts", "0X6");
                rows.add(row);
            }
        }
        return write("instances", runId, wave, INSTANCES, rows);
    }

    private DataFile write(String part, String runId, int wave, MessageType columns, List<Group> rows)
            throws IOException {
        String path = part + "/run=" + runId + "/wave=" + wave + "/part-00000.zstd.parquet";
        Path file = table.resolve(path);
        Files.createDirectories(file.getParent());
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(columns)
                .withCompressionCodec(codec)
                .build()) {
            for (Group row : rows) {
                writer.write(row);
            }
        }
        byte[] content = Files.readAllBytes(file);
        return new DataFile(path, content.length, rows.size(), Digests.of(content));
    }

    /** Replaces a run's record by one as old versions wrote it: without number, digests and list of files. */
    public void makeOld(RunRecord run, Consumer<Path> manifest) throws IOException {
        List<DataFile> files = new dev.mnc.jobs.runs.PublishedRuns(table.toString(), new Configuration())
                .dataFiles(run).stream()
                        .map(file -> new DataFile(file.path(), file.bytes(), file.rows(), null))
                        .toList();
        manifest.accept(table.resolve(
                String.valueOf(run.manifest() == null ? "" : run.manifest().path())));
        RunRecord old = new RunRecord(
                run.runId(),
                0,
                run.codeVersion(),
                run.modelDigest(),
                run.configDigest(),
                run.config(),
                null,
                run.input(),
                run.outcome(),
                files,
                null,
                run.timing(),
                run.versions(),
                null);
        String json = old.toJson();
        Files.writeString(
                table.resolve("runs/" + run.runId() + ".json"),
                json.substring(0, json.indexOf(",\n  \"record_sha256\"")) + "\n}");
    }

    /** Returns the position of the last byte of a column's only page. */
    public static long endOf(Path file, String column) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            for (ColumnChunkMetaData chunk : reader.getRowGroups().get(0).getColumns()) {
                if (chunk.getPath().toDotString().equals(column)) {
                    return chunk.getStartingPos() + chunk.getTotalSize() - 1;
                }
            }
        }
        throw new IOException("no column " + column);
    }
}
