package dev.mnc.jobs.parquet;

import static dev.mnc.jobs.parquet.ResultTable.Column.number;
import static dev.mnc.jobs.parquet.ResultTable.Column.text;
import static dev.mnc.jobs.parquet.ResultTable.Column.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mnc.jobs.TestSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class ResultTableTest {

    @TempDir
    private Path folder = Path.of("");

    /** Runs of all lengths, few and many different values, gaps, and values that are odd. */
    private static List<List<Object>> rows(int count, long seed) {
        Random random = new Random(seed);
        IntFunction<Object> name = i -> i % 7 == 0 ? "" : i % 5 == 0 ? "Zürich \uD83D\uDE00" : "n" + i % 40;
        List<List<Object>> rows = new ArrayList<>();
        double slow = 0;
        for (int i = 0; i < count; i++) {
            slow = random.nextInt(30) == 0 ? random.nextInt(3) / 10.0 : slow;
            List<Object> row = new ArrayList<>();
            row.add((long) (i / 50));
            row.add(random.nextInt(9) == 0 ? null : random.nextLong());
            row.add(slow);
            row.add(
                    random.nextInt(40) == 0
                            ? (Object) Double.NaN
                            : random.nextInt(3) == 0 ? null : random.nextDouble());
            row.add(random.nextInt(20) < 3 ? null : name.apply(random.nextInt(100)));
            row.add("segm");
            rows.add(row);
        }
        return rows;
    }

    private static ResultTable table(List<List<Object>> rows) {
        ResultTable table = new ResultTable(
                "a_table",
                whole("group"),
                whole("many"),
                number("slow"),
                number("fast"),
                text("name"),
                text("constant"));
        for (List<Object> row : rows) {
            table.row();
            for (Object value : row) {
                if (value instanceof Long number) {
                    table.add(number);
                } else if (value instanceof Double number) {
                    table.add(number);
                } else if (value instanceof String text) {
                    table.add(text);
                } else {
                    table.missing();
                }
            }
        }
        return table;
    }

    private Path write(ResultTable table) throws IOException {
        Path file = folder.resolve(table.name() + ".parquet");
        try (OutputStream out = Files.newOutputStream(file)) {
            table.write(out);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 1000, 20_000})
    void sparkReadsWhatWasWritten(int count) throws IOException {
        List<List<Object>> rows = rows(count, count);

        List<Row> read = TestSession.spark()
                .read()
                .parquet(write(table(rows)).toString())
                .collectAsList();

        assertThat(read).hasSize(count);
        for (int i = 0; i < count; i++) {
            Row row = read.get(i);
            for (int column = 0; column < row.size(); column++) {
                assertThat(row.get(column)).isEqualTo(rows.get(i).get(column));
            }
        }
    }

    /** Reads without Spark. */
    private static final class Reading extends ParquetReader.Builder<Group> {

        Reading(InputFile file) {
            super(file);
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    @Test
    void parquetsOwnReaderReadsWhatWasWritten() throws IOException {
        List<List<Object>> rows = rows(500, 3);

        try (ParquetReader<Group> reader = new Reading(new LocalInputFile(write(table(rows)))).build()) {
            for (List<Object> row : rows) {
                Group group = reader.read();
                assertThat(group.getLong("group", 0)).isEqualTo(row.get(0));
                assertThat(group.getDouble("slow", 0)).isEqualTo(row.get(2));
                assertThat(group.getFieldRepetitionCount("name")).isEqualTo(row.get(4) == null ? 0 : 1);
                assertThat(group.getString("constant", 0)).isEqualTo("segm");
            }
            assertThat(reader.read()).isNull();
        }
    }

    @Test
    void textsAreMarkedAsSuchAndEveryColumnMayBeMissing() throws IOException {
        Path file = write(table(rows(3, 1)));

        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            assertThat(reader.getFooter().getFileMetaData().getSchema().toString())
                    .isEqualTo("""
                    message result {
                      optional int64 group;
                      optional int64 many;
                      optional double slow;
                      optional double fast;
                      optional binary name (STRING);
                      optional binary constant (STRING);
                    }
                    """);
        }
    }

    @Test
    void theStreamIsFlushedAndLeftOpen() throws IOException {
        Path file = folder.resolve("two.parquet");
        try (OutputStream out = Files.newOutputStream(file)) {
            table(rows(3, 1)).write(out);
            long size = Files.size(file);
            out.write(1);

            assertThat(size).isPositive();
            assertThat(Files.size(file)).isEqualTo(size + 1);
        }
    }

    @Test
    void equalRowsGiveEqualBytesAndRunsTakeNoRoom() throws IOException {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        table(rows(1000, 5)).write(one);
        table(rows(1000, 5)).write(other);
        ResultTable steady = new ResultTable("steady", whole("category_id"), text("area"));
        for (int i = 0; i < 100_000; i++) {
            steady.row().add(i / 5000).add("small");
        }

        assertThat(one.toByteArray()).isEqualTo(other.toByteArray());
        assertThat(Files.size(write(steady))).isLessThan(2000);
    }

    @Test
    void rowsThatAreNotTheColumnsAreRefused() {
        ResultTable table = new ResultTable("pairs", whole("left"), text("right"));
        table.row().add(1L);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.add(0.5))
                .withMessage("column right of table pairs holds TEXT, got NUMBER");
        ResultTable half = new ResultTable("pairs", whole("left"), text("right"));
        half.row().add(1L);
        assertThatIllegalStateException()
                .isThrownBy(half::row)
                .withMessage("row 0 of table pairs has 1 values, wants 2: left, right");
        assertThatIllegalStateException()
                .isThrownBy(() -> half.write(OutputStream.nullOutputStream()))
                .withMessage("row 0 of table pairs has 1 values, wants 2: left, right");
        half.add("x");
        assertThatIllegalStateException()
                .isThrownBy(half::missing)
                .withMessage("a row of table pairs has 2 values: left, right");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole("Left"))
                .withMessage("a column's name is lower case letters, digits and _, got Left");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResultTable("a/b", whole("left")))
                .withMessage("a table's name is lower case letters, digits and _, got a/b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResultTable("empty"))
                .withMessage("table empty needs at least one column, got none");
    }
}
