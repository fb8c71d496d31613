package dev.mnc.jobs.evaluate.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.geometry.Box;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ParquetRowTest {

    private static RowValues struct(Map<String, Object> values) {
        return values::get;
    }

    private static ParquetRow row(String column, Object value) {
        return new ParquetRow(struct(Map.of(column, value)), "some.parquet", 3, "");
    }

    private static ParquetRow empty() {
        return new ParquetRow(struct(Map.of()), "some.parquet", 3, "");
    }

    private static void refused(String message, ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOf(UnreadableDatasetException.class).hasMessage(message);
    }

    @Test
    void wholeNumbersMayHaveAnyFormThatIsWhole() {
        assertThat(row("id", 7L).whole("id")).isEqualTo(7);
        assertThat(row("id", -7.0).whole("id")).isEqualTo(-7);
        assertThat(row("id", new BigDecimal("7.00")).whole("id")).isEqualTo(7);
        assertThat(row("id", " 7 ").whole("id")).isEqualTo(7);
        assertThat(row("id", "-9223372036854775808").whole("id")).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whatIsNotWholeIsNamedWithFileRowAndColumn() {
        refused("some.parquet, row 3: id is missing", () -> empty().whole("id"));
        refused("some.parquet, row 3: id is 1.5", () -> row("id", 1.5).whole("id"));
        refused(
                "some.parquet, row 3: id is 9.223372036854776E18",
                () -> row("id", 0x1p63).whole("id"));
        refused("some.parquet, row 3: id is NaN", () -> row("id", Double.NaN).whole("id"));
        refused(
                "some.parquet, row 3: id is 1.25",
                () -> row("id", new BigDecimal("1.25")).whole("id"));
        refused(
                "some.parquet, row 3: id is 18446744073709551615",
                () -> row("id", new BigDecimal("18446744073709551615")).whole("id"));
        refused("some.parquet, row 3: id is \"cat\"", () -> row("id", "cat").whole("id"));
        refused("some.parquet, row 3: id is true", () -> row("id", true).whole("id"));
        refused(
                "some.parquet, row 3: id is nested",
                () -> row("id", struct(Map.of())).whole("id"));
        refused(
                "some.parquet, row 3: id is nested",
                () -> row("id", List.of(1L)).whole("id"));
    }

    @Test
    void numbersTextsAndFlagsAreOfTheirKind() {
        assertThat(row("score", 0.5).number("score")).isEqualTo(0.5);
        assertThat(row("score", 1L).number("score")).isEqualTo(1);
        assertThat(row("score", new BigDecimal("0.25")).number("score")).isEqualTo(0.25);
        assertThat(row("name", "7").text("name")).isEqualTo("7");
        assertThat(row("crowd", true).flag("crowd")).isTrue();
        refused(
                "some.parquet, row 3: score is \"0.5\"",
                () -> row("score", "0.5").number("score"));
        refused("some.parquet, row 3: name is 7", () -> row("name", 7L).text("name"));
        refused("some.parquet, row 3: crowd is 1", () -> row("crowd", 1L).flag("crowd"));
        refused("some.parquet, row 3: crowd is missing", () -> empty().flag("crowd"));
    }

    @Test
    void listsHoldWholeNumbers() {
        assertThat(row("ids", List.of(3L, 4.0, "5")).wholes("ids")).containsExactly(3L, 4L, 5L);
        refused("some.parquet, row 3: ids is no list", () -> row("ids", 3L).wholes("ids"));
        refused(
                "some.parquet, row 3: ids.element is 0.5",
                () -> row("ids", List.of(3L, 0.5)).wholes("ids"));
    }

    @Test
    void sizesFitIntoAnInt() {
        assertThat(row("height", 2147483647L).size("height")).isEqualTo(Integer.MAX_VALUE);
        refused(
                "some.parquet, row 3: height is 2147483648",
                () -> row("height", 2147483648L).size("height"));
    }

    @Test
    void boxesAreStructsOfFourNumbers() {
        assertThat(empty().box()).isNull();
        assertThat(row("bbox", struct(Map.of("x", 1L, "y", 2.5, "width", 3.0, "height", 4.0)))
                        .box())
                .isEqualTo(new Box(1, 2.5, 3, 4));
        refused(
                "some.parquet, row 3: bbox is \"1,2,3,4\"",
                () -> row("bbox", "1,2,3,4").box());
        refused(
                "some.parquet, row 3: bbox.height is missing",
                () -> row("bbox", struct(Map.of("x", 1.0, "y", 2.0, "width", 3.0)))
                        .box());
        refused(
                "some.parquet, row 3: bbox is no box: box extent must be finite and >= 0, got -3.0 x 4.0",
                () -> row("bbox", struct(Map.of("x", 1.0, "y", 2.0, "width", -3.0, "height", 4.0)))
                        .box());
    }

    @Test
    void masksAreStructsOfSizeAndRunLengths() {
        assertThat(empty().segmentation()).isNull();
        assertThat(row("segmentation", struct(Map.of("height", 2L, "width", 3L, "counts", "06")))
                        .segmentation())
                .isEqualTo(new Segmentation.Compressed(2, 3, "06"));
        refused(
                "some.parquet, row 3: segmentation.counts is nested",
                () -> row("segmentation", struct(Map.of("height", 2L, "width", 3L, "counts", List.of(0L, 6L))))
                        .segmentation());
        refused(
                "some.parquet, row 3: segmentation.width is 2.5",
                () -> row("segmentation", struct(Map.of("height", 2L, "width", 2.5, "counts", "06")))
                        .segmentation());
    }

    @Test
    void hasTellsAbsentValues() {
        assertThat(row("id", 7L).has("id")).isTrue();
        assertThat(row("id", 7L).has("name")).isFalse();
    }
}
