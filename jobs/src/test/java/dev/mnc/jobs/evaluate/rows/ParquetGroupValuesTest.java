package dev.mnc.jobs.evaluate.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The value of a column of each kind, as it comes out of a file. */
class ParquetGroupValuesTest {

    @TempDir
    private Path folder = Path.of("");

    private @Nullable Object value(String column, Consumer<Group> row) throws IOException {
        Path file = GroupFiles.write(folder.resolve("kinds.parquet"), column, row);
        List<RowValues> rows = new ArrayList<>();
        ParquetFiles.read(file, List.of("v"), names -> {}, parquet -> rows.add(parquet.values()));
        return rows.get(0).value("v");
    }

    @Test
    void wholeNumbersOfAnyWidthAreLongs() throws IOException {
        assertThat(value("required int32 v;", row -> row.append("v", -5))).isEqualTo(-5L);
        assertThat(value("required int64 v;", row -> row.append("v", Long.MIN_VALUE)))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(value("required int32 v (INTEGER(8,true));", row -> row.append("v", 7)))
                .isEqualTo(7L);
        assertThat(value("required int32 v (INTEGER(32,false));", row -> row.append("v", -1)))
                .isEqualTo(4294967295L);
        assertThat(value("required int64 v (INTEGER(64,false));", row -> row.append("v", 9L)))
                .isEqualTo(9L);
        assertThat(value("required int64 v (INTEGER(64,false));", row -> row.append("v", -1L)))
                .isEqualTo(new BigDecimal("18446744073709551615"));
    }

    @Test
    void otherNumbersAreDoublesOrDecimals() throws IOException {
        assertThat(value("required float v;", row -> row.append("v", 0.25f))).isEqualTo(0.25);
        assertThat(value("required double v;", row -> row.append("v", 0.1))).isEqualTo(0.1);
        assertThat(value("required int32 v (DECIMAL(5,2));", row -> row.append("v", -125)))
                .isEqualTo(new BigDecimal("-1.25"));
        assertThat(value("required int64 v (DECIMAL(12,3));", row -> row.append("v", 1500L)))
                .isEqualTo(new BigDecimal("1.500"));
        assertThat(value(
                        "required binary v (DECIMAL(5,1));",
                        row -> row.append("v", Binary.fromConstantByteArray(new byte[] {-1, 2}))))
                .isEqualTo(new BigDecimal("-25.4"));
    }

    @Test
    void flagsAndTextsMarkedOrNot() throws IOException {
        assertThat(value("required boolean v;", row -> row.append("v", true))).isEqualTo(true);
        assertThat(value("required binary v (STRING);", row -> row.append("v", "Zürich")))
                .isEqualTo("Zürich");
        assertThat(value("required binary v;", row -> row.append("v", "old writers")))
                .isEqualTo("old writers");
    }

    @Test
    void missingValuesAndColumnsAreNull() throws IOException {
        assertThat(value("optional int32 v;", row -> {})).isNull();
        assertThat(value("optional int32 w;", row -> {})).isNull();
    }

    @Test
    void kindsThatMeanNothingHereAreOnlyShown() throws IOException {
        assertThat(value("required int32 v (DATE);", row -> row.append("v", 1))).hasToString("a DATE");
        assertThat(value(
                        "required fixed_len_byte_array(2) v;",
                        row -> row.append("v", Binary.fromConstantByteArray(new byte[] {'h', 'i'}))))
                .isNotInstanceOfAny(String.class, Long.class, Double.class, BigDecimal.class);
        assertThat(value("repeated int32 v;", row -> row.append("v", 1))).hasToString("repeated");
    }

    @Test
    void structsAndListsAreNested() throws IOException {
        assertThat(value(
                        "required group v { required double x; }",
                        row -> row.addGroup("v").append("x", 1.5)))
                .isInstanceOfSatisfying(
                        RowValues.class, struct -> assertThat(struct.value("x")).isEqualTo(1.5));
        Object list = value("required group v (LIST) { repeated group list { optional int64 element; } }", row -> {
            Group ids = row.addGroup("v");
            ids.addGroup("list").append("element", 4L);
            ids.addGroup("list");
        });
        assertThat(list).isInstanceOfSatisfying(List.class, ids -> {
            assertThat(ids.get(0)).isEqualTo(4L);
            assertThat(ids.get(1)).hasToString("missing");
        });
    }
}
