package dev.mnc.jobs.evaluate.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFilesTest {

    @TempDir
    private Path folder = Path.of("");

    private Path touch(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, "");
    }

    @Test
    void filesAreThoseThatAreShownByName() throws IOException {
        Path b = touch("table/b.parquet");
        Path a = touch("table/a.zstd.parquet");
        touch("table/_SUCCESS");
        touch("table/.a.crc");
        touch("table/deeper/c.parquet");

        assertThat(ParquetFiles.files(folder.resolve("table"))).containsExactly(a, b);
        assertThat(ParquetFiles.files(b)).containsExactly(b);
    }

    @Test
    void nothingToReadIsNamed() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        touch("empty/_SUCCESS");

        assertThatThrownBy(() -> ParquetFiles.files(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
        assertThatThrownBy(() -> ParquetFiles.files(empty))
                .isInstanceOf(OperatorException.class)
                .hasMessage("there are no Parquet files in " + empty);
    }

    @Test
    void plainIsWhatHasNoFolderInIt() throws IOException {
        Path file = touch("flat/a.parquet");
        touch("flat/_temporary/b.parquet");
        touch("deep/category=1/a.parquet");

        assertThat(ParquetFiles.isPlain(file)).isTrue();
        assertThat(ParquetFiles.isPlain(folder.resolve("flat"))).isTrue();
        assertThat(ParquetFiles.isPlain(folder.resolve("missing"))).isTrue();
        assertThat(ParquetFiles.isPlain(folder.resolve("deep"))).isFalse();
    }

    @Test
    void rowsAreNumberedFromOneAndHaveTheWantedColumnsOnly() throws IOException {
        Path file = GroupFiles.write(
                folder.resolve("rows.parquet"),
                "required int64 id; required int64 other;",
                row -> row.append("id", 5L).append("other", 1L),
                row -> row.append("id", 6L).append("other", 2L));
        List<String> checked = new ArrayList<>();
        List<String> read = new ArrayList<>();

        ParquetFiles.read(
                file,
                List.of("id", "absent"),
                checked::addAll,
                row -> read.add(row.file() + " " + row.number() + ": " + row.whole("id") + " " + row.has("other")));

        assertThat(checked).containsExactly("id", "other");
        assertThat(read).containsExactly(file + " 1: 5 false", file + " 2: 6 false");
    }

    @Test
    void whatIsNoParquetIsNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.parquet"), "no Parquet");

        assertThatThrownBy(() -> ParquetFiles.read(text, List.of("id"), names -> {}, row -> {}))
                .isInstanceOf(OperatorException.class)
                .hasMessage(text + " is no Parquet file, or damaged: " + text
                        + " is not a Parquet file (length is too low: 10)");
    }
}
