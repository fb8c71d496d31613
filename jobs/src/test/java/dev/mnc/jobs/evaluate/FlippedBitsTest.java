package dev.mnc.jobs.evaluate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.CommandRun;
import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.local.LocalLabels;
import dev.mnc.jobs.export.ExportCocoResults;
import dev.mnc.jobs.export.ExportConfig;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.maintenance.RunWriter;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code mnc evaluate} and {@code mnc export} notice of a flipped bit anywhere in a table. A whole command takes a hundred
 * times as long as reading a small table, so most bits go through what these commands read a table with ({@code LocalLabels},
 * {@code LabelTable}), and a dozen through the commands.
 */
@Tag("spark")
class FlippedBitsTest {

    private static final SparkSession SPARK = TestSession.spark();
    private static final int IMAGES = 25;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private Path table;
    private Path truthFile;
    private GroundTruth truth;
    private RunRecord run;
    private RunWriter writer;

    @BeforeEach
    void publishes() throws IOException {
        table = folder.resolve("table");
        writer = new RunWriter(table);
        run = writer.publish("night", 0, IMAGES);
        truthFile = folder.resolve("truth.json");
        Files.writeString(truthFile, truthJson());
        truth = CocoJson.read(truthFile);
    }

    private static String truthJson() {
        String images = IntStream.range(0, IMAGES)
                .mapToObj(
                        id -> "{\"id\": " + id + ", \"file_name\": \"" + id + ".jpg\", \"height\": 10, \"width\": 20}")
                .collect(Collectors.joining(", "));
        return "{\"images\": [" + images + "], \"categories\": [{\"id\": 7, \"name\": \"whole\"}], \"annotations\": ["
                + "{\"id\": 1, \"image_id\": 1, \"category_id\": 7, \"iscrowd\": 0, \"area\": 200,"
                + " \"bbox\": [0, 0, 20, 10], \"segmentation\": [[0, 0, 20, 0, 20, 10, 0, 10]]}]}";
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(table)) {
            return files.filter(file -> file.toString().matches(".*(\\.parquet|\\.json)"))
                    .sorted()
                    .toList();
        }
    }

    /** What was done to a file. */
    private record Flip(Path file, byte[] good, int bit) {

        static Flip random(Random random, List<Path> files) throws IOException {
            Path file = files.get(random.nextInt(files.size()));
            byte[] good = Files.readAllBytes(file);
            return new Flip(file, good, random.nextInt(8 * good.length));
        }

        void apply() throws IOException {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
        }

        void undo() throws IOException {
            Files.write(file, good);
        }
    }

    /** Returns all that an evaluation in this process takes from the table. */
    private List<String> evaluated() throws IOException {
        LocalLabels labels = LocalLabels.of(EvaluateConfig.of(truthFile.toString(), table.toString(), "out"), truth);
        List<String> all = new ArrayList<>();
        all.add(labels.coverage().toString());
        all.add(labels.covered().toString());
        for (LocalLabels.Part part : labels.parts()) {
            DetectionColumns columns = part.detections();
            for (int i = 0; i < columns.count(); i++) {
                all.add(columns.detection(i).toString());
            }
        }
        return all;
    }

    /** Returns all that an export takes from the table. */
    private List<String> exported() {
        return new LabelTable(SPARK, table.toString())
                .instances().orderBy("image_id", "instance").collectAsList().stream()
                        .map(Row::toString)
                        .toList();
    }

    private interface Reading {
        List<String> all() throws IOException;
    }

    /** Returns whether reading gives other rows than these without an error. */
    private static boolean isUnnoticed(Reading reading, List<String> rows) {
        try {
            return !reading.all().equals(rows);
        } catch (Exception e) { // also Spark's, which none of its methods declares
            return false;
        }
    }

    @Test
    void eachIsNoticed() throws IOException {
        List<Path> files = files();
        assertThat(files).as("three waves of two parts, list and record").hasSize(8);
        List<String> rows = evaluated();
        assertThat(rows).hasSize(2 + 24);
        Random random = new Random(22);
        for (int i = 0; i < 600; i++) {
            Flip flip = Flip.random(random, files);
            flip.apply();

            assertThatThrownBy(this::evaluated)
                    .as("bit %d of %s", flip.bit, flip.file)
                    .isInstanceOf(OperatorException.class)
                    .hasMessageStartingWith("run night in " + table + " is damaged: ");
            if (i % 25 == 0) {
                assertThatThrownBy(this::exported)
                        .as("bit %d of %s", flip.bit, flip.file)
                        .isInstanceOf(OperatorException.class)
                        .hasMessageStartingWith("run night in " + table + " is damaged: ");
            }
            if (i % 50 == 0) {
                endWithTheDamage();
            }
            flip.undo();
        }
        assertThat(evaluated()).isEqualTo(rows);
        assertThat(exported()).hasSize(24);
    }

    private void endWithTheDamage() {
        Path out = folder.resolve("out");
        CommandRun evaluate =
                CommandRun.of("evaluate", "--ground-truth", truthFile, "--predictions", table, "--out", out);
        assertThat(evaluate.exitCode()).isEqualTo(6);
        assertThat(evaluate.err()).contains("error: run night in " + table + " is damaged: ");
        assertThat(out.resolve("metrics.json")).doesNotExist();

        ExportConfig export = new ExportConfig(table.toString(), null, IouType.SEGM, folder + "/results.json");
        assertThatThrownBy(() -> ExportCocoResults.run(SPARK, export))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("run night in " + table + " is damaged: ");
        assertThat(folder.resolve("results.json")).doesNotExist();
    }

    /**
     * Records of old versions have no digests. The checksums of pages see each bit in a page, but not the footer, where two bits
     * of a column's type make other numbers of its bytes: here of the scores, for both commands. (That
     * nothing else than a footer hides a bit is in {@code PageChecksumsTest}.) {@code mnc gc --compact} gives old runs digests.
     */
    @Test
    void ofOldRunsABitOfAColumnsTypeIsNotNoticed() throws IOException {
        writer.makeOld(run, manifest -> assertThat(manifest.toFile().delete()).isTrue());
        Path file = table.resolve("instances/run=night/wave=1/part-00000.zstd.parquet");
        List<String> evaluated = evaluated();
        List<String> exported = exported();
        byte[] good = Files.readAllBytes(file);
        String text = new String(good, ISO_8859_1);
        int score = text.indexOf("score", (int) endOfPages(file));
        List<Integer> unnoticed = new ArrayList<>();
        for (int bit = 8 * (score - 6); bit < 8 * score; bit++) {
            Flip flip = new Flip(file, good, bit);
            flip.apply();
            if (isUnnoticed(this::evaluated, evaluated)) {
                unnoticed.add(bit);
                assertThat(withoutScores(evaluated())).isEqualTo(withoutScores(evaluated));
                assertThat(isUnnoticed(this::exported, exported))
                        .as("by export")
                        .isTrue();
            }
            flip.undo();
        }
        assertThat(unnoticed).hasSize(2);
    }

    private static List<String> withoutScores(List<String> rows) {
        return rows.stream().map(row -> row.replaceAll("score=[^,]*", "")).toList();
    }

    /** Returns where the last page of a file ends. */
    private static long endOfPages(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            return reader.getRowGroups().stream()
                    .flatMap(group -> group.getColumns().stream())
                    .mapToLong((ColumnChunkMetaData chunk) -> chunk.getStartingPos() + chunk.getTotalSize())
                    .max()
                    .orElse(0);
        }
    }
}
