package dev.mnc.jobs.corpus.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.TestSession;
import dev.mnc.jobs.corpus.Manifest;
import dev.mnc.jobs.corpus.ManifestRow;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.ParallelTasks;
import dev.mnc.schemas.ImageRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("spark")
class ParquetCellsTest {

    private static final Configuration HADOOP = new Configuration(false);
    private static final StructType STRUCT =
            new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    /** Every seventh is null, and every fifth is one of two that repeat. */
    private static List<byte @Nullable []> bodies(int count) {
        Random random = new Random(5);
        List<byte @Nullable []> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[random.nextInt(900)];
            random.nextBytes(body);
            bodies.add(i % 7 == 3 ? null : i % 5 == 0 ? new byte[] {(byte) (i % 2)} : body);
        }
        return bodies;
    }

    /** Many pages and row groups, as a file of large images has. */
    private byte[] file(List<Row> rows, StructType columns, Map<String, String> options) throws IOException {
        Path out = folder.resolve("out-" + options.hashCode() + "-" + columns.hashCode());
        TestSession.spark()
                .createDataFrame(rows, columns)
                .coalesce(1)
                .write()
                .option("parquet.block.size", "65536")
                .option("parquet.page.size", "4096")
                .option("parquet.page.row.count.limit", "20")
                .option("parquet.page.size.row.check.min", "5")
                .option("parquet.page.size.row.check.max", "5")
                .option("parquet.block.size.row.check.min", "5")
                .option("parquet.block.size.row.check.max", "5")
                .options(options)
                .parquet(out.toString());
        try (var files = Files.list(out)) {
            return Files.readAllBytes(files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** The same file without its indexes of pages, which other writers than Java's mostly leave out. */
    private static byte[] withoutIndex(byte[] file) throws IOException {
        int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        int start = file.length - 8 - length;
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(file, start, length));
        for (RowGroup group : footer.getRow_groups()) {
            for (ColumnChunk chunk : group.getColumns()) {
                chunk.unsetOffset_index_offset();
                chunk.unsetOffset_index_length();
                chunk.unsetColumn_index_offset();
                chunk.unsetColumn_index_length();
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, out);
        int written = out.size();
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(written)
                .array());
        out.writeBytes(new byte[] {'P', 'A', 'R', '1'});
        byte[] whole = Arrays.copyOf(file, start + out.size());
        System.arraycopy(out.toByteArray(), 0, whole, start, out.size());
        return whole;
    }

    private static ImageRef image(String column, long row) {
        return new ImageRef(row, "file:///t.parquet", "", 0, null, new ImageRef.Cell(column, row));
    }

    private static byte[] read(ParquetCells cells, BytesFile file, String column, long row) throws IOException {
        return cells.read(image(column, row), new ImageRef.Cell(column, row), () -> file, HADOOP);
    }

    @ParameterizedTest
    @CsvSource({
        "snappy, v1, true",
        "zstd, v2, true",
        "gzip, v2, false",
        "uncompressed, v1, false",
        "zstd, v1, false",
        "lz4_raw, v1, true"
    })
    void readsEveryValueInAnyOrder(String codec, String version, boolean indexed) throws IOException {
        List<byte @Nullable []> bodies = bodies(700);
        List<Row> rows = IntStream.range(0, bodies.size())
                .mapToObj(i -> RowFactory.create(bodies.get(i), RowFactory.create(bodies.get(i), "p" + i)))
                .toList();
        byte[] written = file(
                rows,
                new StructType().add("plain", DataTypes.BinaryType).add("image", STRUCT),
                Map.of("compression", codec, "parquet.writer.version", version));
        BytesFile file = new BytesFile(indexed ? written : withoutIndex(written));
        ParquetCells cells = new ParquetCells();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, bodies.size()).boxed().toList());
        Collections.shuffle(order, new Random(6));

        for (int row : order) {
            byte[] body = bodies.get(row);
            for (String column : List.of("plain", "image")) {
                if (body != null) {
                    assertThat(read(cells, file, column, row)).isEqualTo(body);
                } else {
                    assertThatThrownBy(() -> read(cells, file, column, row))
                            .isInstanceOf(IOException.class)
                            .hasMessage("the column " + column + " is null in this row");
                }
            }
        }
        assertThatThrownBy(() -> read(cells, file, "plain", 700))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no row 700 any more, only 700");
        assertThatThrownBy(() -> read(cells, file, "other", 0))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no column other any more");
    }

    @Test
    void readsAPageOnceForNeighboursHoweverTheyAreInterleaved() throws IOException {
        Random random = new Random(8);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] body = new byte[600];
            random.nextBytes(body);
            rows.add(RowFactory.create((Object) body));
        }
        byte[] written = file(rows, new StructType().add("image", DataTypes.BinaryType), Map.of());
        BytesFile file = new BytesFile(written);
        ParquetCells cells = new ParquetCells();

        for (int row = 0; row < 400; row += 4) {
            for (int other : new int[] {3, 1, 0, 2}) {
                assertThat(read(cells, file, "image", row + other)).hasSize(600);
            }
        }

        assertThat(file.bytesRead()).isLessThan(written.length * 2L);
    }

    @Test
    void manyThreadsMayReadOnePage() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            byte[] body = new byte[64]; // few distinct ones, so that the writer keeps a dictionary
            Arrays.fill(body, (byte) (i % 50));
            rows.add(RowFactory.create((Object) body));
        }
        BytesFile file = new BytesFile(file(
                rows,
                new StructType().add("image", DataTypes.BinaryType),
                Map.of("parquet.page.row.count.limit", "2000")));
        ParquetCells cells = new ParquetCells();

        ParallelTasks.forEach(16, IntStream.range(0, 2000).iterator(), row -> {
            byte[] expected = new byte[64];
            Arrays.fill(expected, (byte) (row % 50));
            assertThat(read(cells, file, "image", row)).isEqualTo(expected);
        });
    }

    @Test
    void tellsAManifestFromImagesBySchema() throws IOException {
        StructType manifest =
                new StructType().add("uri", DataTypes.StringType).add("size_bytes", DataTypes.IntegerType);
        ParquetTable table = table(List.of(RowFactory.create("a.jpg", 5), RowFactory.create("b.jpg", null)), manifest);

        assertThat(Manifest.isManifest(table)).isTrue();
        assertThat(Manifest.rows(table))
                .toIterable()
                .containsExactly(
                        new ManifestRow("a.jpg", null, null, 5L, null, null, null),
                        new ManifestRow("b.jpg", null, null, null, null, null, null));
    }

    @Test
    void namesARowOfABadManifest() throws IOException {
        StructType manifest = new StructType().add("uri", DataTypes.StringType).add("size_bytes", DataTypes.LongType);
        ParquetTable table = table(List.of(RowFactory.create("a.jpg", 5L), RowFactory.create("b.jpg", -5L)), manifest);

        assertThatThrownBy(() -> Manifest.rows(table).forEachRemaining(row -> {}))
                .isInstanceOf(OperatorException.class)
                .hasMessage("t.parquet row 2: size_bytes must be >= 0, got -5");
    }

    @Test
    void takesNamesFromTheStructOrAKeyColumn() throws IOException {
        StructType columns = new StructType()
                .add("image", STRUCT)
                .add("raw", DataTypes.BinaryType)
                .add("id", DataTypes.LongType);
        byte[] body = new byte[100];
        ParquetTable table = table(
                List.of(
                        RowFactory.create(RowFactory.create(body, "x.jpg"), body, 11L),
                        RowFactory.create(RowFactory.create(body, null), body, 12L)),
                columns);
        List<String> found = new ArrayList<>();

        table.images("image", (row, key, mean) -> found.add(row + " " + key));
        table.images("raw", (row, key, mean) -> found.add(row + " " + key + " " + (mean < 100)));

        assertThat(found).containsExactly("0 x.jpg", "1 null", "0 11 true", "1 12 true");
        assertThat(table.imageColumn("raw")).isEqualTo("raw");
        assertThatThrownBy(() -> table.imageColumn(null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("t.parquet has more than one column that may hold images: image, raw");
        assertThatThrownBy(() -> table.imageColumn("id"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--image-column id: t.parquet has no such column of binaries or of structs with bytes; its"
                        + " columns are image (group), raw (binary), id (int64)");
    }

    @Test
    void saysWhatAFileHoldsThatIsNeitherManifestNorImages() throws IOException {
        ParquetTable table = table(
                List.of(RowFactory.create("a", 1)),
                new StructType().add("name", DataTypes.StringType).add("n", DataTypes.IntegerType));

        assertThat(Manifest.isManifest(table)).isFalse();
        assertThatThrownBy(() -> table.imageColumn(null))
                .isInstanceOf(OperatorException.class)
                .hasMessage("t.parquet is neither a manifest (it has no column uri) nor does it hold images (it has no"
                        + " column of binaries or of structs with bytes); its columns are name (string), n (int32)");
        assertThatThrownBy(() -> new ParquetTable(new BytesFile(new byte[20]), "t.parquet", HADOOP))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith("t.parquet is no Parquet file, or damaged: ");
    }

    private ParquetTable table(List<Row> rows, StructType columns) throws IOException {
        return new ParquetTable(new BytesFile(file(rows, columns, Map.of())), "t.parquet", HADOOP);
    }
}
