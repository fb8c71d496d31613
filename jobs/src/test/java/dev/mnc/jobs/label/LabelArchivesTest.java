package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.corpus.StoredImages;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.table.LabelTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are no files of their own, from archive to table. */
@Tag("spark")
@Tag("tensorflow")
class LabelArchivesTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final Configuration HADOOP = SPARK.sparkContext().hadoopConfiguration();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private Path corpus;
    private String table;

    @BeforeEach
    void namesFolders() throws IOException {
        corpus = Files.createDirectory(temporary.resolve("corpus"));
        table = temporary.resolve("table").toString();
    }

    private static Path tar(Path file, Map<String, byte[]> members) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
                entry.setSize(member.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(member.getValue());
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    /** Three images, two sidecars and a broken image. */
    private static Map<String, byte[]> sample(int first) {
        Map<String, byte[]> members = new TreeMap<>();
        for (int i = first; i < first + 3; i++) {
            members.put(String.format(java.util.Locale.ROOT, "%06d.png", i), TestImages.png(20 + i, 10));
            members.put(String.format(java.util.Locale.ROOT, "%06d.json", i), "{}".getBytes(StandardCharsets.UTF_8));
        }
        return members;
    }

    @Test
    void labelsTheMembersOfTarShardsAndOnlyTheNewOnesTheNextNight() throws IOException {
        tar(corpus.resolve("train-000.tar"), sample(0));
        tar(corpus.resolve("train-001.tar"), sample(3));
        Files.writeString(corpus.resolve("README.md"), "about");

        LabelSummary first = label(corpus.toString(), null, null);
        tar(corpus.resolve("train-002.tar"), sample(6));
        LabelSummary second = label(corpus.toString(), null, null);
        LabelSummary third = label(corpus + "/train-{000..002}.tar", null, null);

        assertThat(first.planned()).isEqualTo(6);
        assertThat(second.planned()).isEqualTo(3);
        assertThat(third.state()).isEqualTo(LabelSummary.State.UNCHANGED);
        assertThat(messages.toString(StandardCharsets.UTF_8))
                .contains("7 files are no images by their names and were left out (6 .json, 1 .md)");
        List<Row> rows =
                new LabelTable(SPARK, table).images().orderBy("file_name").collectAsList();
        assertThat(rows)
                .extracting(row -> row.getAs("file_name") + " " + row.getAs("status") + " " + row.getAs("width"))
                .containsExactly(
                        "000000.png ok 20",
                        "000001.png ok 21",
                        "000002.png ok 22",
                        "000003.png ok 23",
                        "000004.png ok 24",
                        "000005.png ok 25",
                        "000006.png ok 26",
                        "000007.png ok 27",
                        "000008.png ok 28");
        String uri = corpus.resolve("train-000.tar").toUri().toString();
        assertThat(rows.get(0).<String>getAs("image_uri")).matches("\\Q" + uri + "\\E#offset=\\d+&length=\\d+");
        for (int i = 0; i < rows.size(); i++) {
            assertThat(StoredImages.readAddress(rows.get(i).getAs("image_uri"), 1 << 20, HADOOP))
                    .isEqualTo(TestImages.png(20 + i, 10));
        }
    }

    @Test
    void labelsAgainWhenAShardWasRewritten() throws IOException {
        Path shard = tar(corpus.resolve("a.tar"), sample(0));
        label(shard.toString(), null, null);
        tar(shard, sample(1));
        Files.setLastModifiedTime(shard, java.nio.file.attribute.FileTime.fromMillis(1));

        assertThat(label(shard.toString(), null, null).planned()).isEqualTo(3);
    }

    @Test
    void labelsWhatAManifestNames() throws IOException {
        TestImages.write(corpus, Map.of("sub/a, b.png", TestImages.png(20, 10), "c.png", TestImages.png(21, 10)));
        Path shard = tar(temporary.resolve("s.tar"), Map.of("x.png", TestImages.png(22, 10)));
        int length = TestImages.png(22, 10).length;
        Path csv = Files.writeString(
                temporary.resolve("list.csv"),
                "uri,offset,length,file_name,image_id\n"
                        + "\"sub/a, b.png\",,,,\n"
                        + corpus.resolve("c.png").toUri() + ",,,see.png,77\n"
                        + shard + ",512," + length + ",x.png,\n"
                        + "gone.png,,,,\n");

        LabelSummary summary = label(csv.toString(), corpus.toString(), null);

        assertThat(summary.planned()).isEqualTo(4);
        assertThat(new LabelTable(SPARK, table).images().orderBy("file_name").collectAsList())
                .extracting(row -> row.getAs("file_name") + " " + row.getAs("width") + " " + row.getAs("error_reason"))
                .containsExactly(
                        "gone.png null no such file", "see.png 21 null", "sub/a, b.png 20 null", "x.png 22 null");
        assertThat(new LabelTable(SPARK, table).images().filter("image_id = 77").count())
                .isEqualTo(1);
        assertThat(label(csv.toString(), corpus.toString(), null).planned()).isEqualTo(1);
    }

    @Test
    void refusesAManifestThatLeadsOutside() throws IOException {
        Path json = Files.writeString(corpus.resolve("m.jsonl"), "{\"uri\": \"../x.png\"}\n");

        assertThatThrownBy(() -> label(json.toString(), null, null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("the uri \"../x.png\" of " + json + " leads outside " + corpus.toUri());
    }

    @Test
    void labelsTheImagesOfAParquetColumn() {
        StructType columns = new StructType()
                .add(
                        "image",
                        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType))
                .add("label", DataTypes.StringType);
        List<Row> rows = List.of(
                RowFactory.create(RowFactory.create(TestImages.png(20, 10), "a.png"), "x"),
                RowFactory.create(RowFactory.create(TestImages.png(21, 10), null), "x"),
                RowFactory.create(RowFactory.create(null, "c.png"), "x"),
                RowFactory.create(RowFactory.create(new byte[] {1}, "d.png"), "x"));
        String parquet = temporary.resolve("dataset").toString();
        SPARK.createDataFrame(rows, columns).coalesce(1).write().parquet(parquet);

        LabelSummary summary = label(parquet, null, null);

        assertThat(summary.planned()).isEqualTo(4);
        List<Row> images =
                new LabelTable(SPARK, table).images().orderBy("image_uri").collectAsList();
        assertThat(images)
                .extracting(
                        row -> String.valueOf(row.<String>getAs("file_name")).replaceAll(".*#", "#") + " "
                                + row.getAs("width") + " " + row.getAs("error_stage") + " " + row.getAs("error_reason"))
                .containsExactly(
                        "a.png 20 null null",
                        "#1 21 null null",
                        "c.png null read the column image is null in this row",
                        "d.png null decode only 1 byte, too short for an image");
        assertThat(images.get(0).<String>getAs("image_uri")).endsWith(".parquet#column=image&row=0");
        assertThat(label(parquet, null, "image").planned()).isEqualTo(1); // the one that could not be read
    }

    @Test
    void labelsWhatAParquetManifestNames() throws IOException {
        TestImages.write(corpus, Map.of("a.png", TestImages.png(20, 10), "b.png", TestImages.png(21, 10)));
        StructType columns = new StructType().add("uri", DataTypes.StringType);
        SPARK.createDataFrame(List.of(RowFactory.create("a.png"), RowFactory.create("b.png")), columns)
                .coalesce(1)
                .write()
                .parquet(temporary.resolve("list").toString());

        assertThat(label(temporary.resolve("list").toString(), corpus.toString(), null)
                        .outcome())
                .extracting(outcome -> outcome == null ? -1 : outcome.ok())
                .isEqualTo(2L);
    }

    @Test
    void refusesWhatDoesNotGoTogether() throws IOException {
        TestImages.write(corpus, Map.of("a.png", TestImages.png(20, 10)));

        assertThatThrownBy(() -> label(corpus.toString(), null, "image"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--image-column goes with Parquet files, but there is none under " + corpus);
        assertThatThrownBy(() -> label(corpus.toString(), corpus.toString(), null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--image-root goes with a COCO json or a manifest, but --images is " + corpus);
        assertThatThrownBy(() -> label("x.tar.gz", null, null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("x.tar.gz is compressed, so its members cannot be read one by one");
        assertThatThrownBy(() -> label("x.csv", null, "image"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--image-column goes with Parquet files, but --images is x.csv");
    }

    private LabelSummary label(String images, @Nullable String imageRoot, @Nullable String imageColumn) {
        Console console = new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(messages, true, StandardCharsets.UTF_8),
                Console.Format.TEXT,
                Console.Verbosity.NORMAL);
        LabelConfig config =
                Settings.of(ConfigFactory.parseString("label.wave-images = 4")).read("label", LabelConfig::from);
        return new LabelImages(
                        SPARK,
                        new SquarePredictor.Source("0".repeat(64)),
                        config,
                        Settings.defaults().read("host", HostConfig::from),
                        console)
                .run(new LabelRequest(images, imageRoot, imageColumn, table, null, LabelRequest.Mode.LABEL), List.of());
    }
}
