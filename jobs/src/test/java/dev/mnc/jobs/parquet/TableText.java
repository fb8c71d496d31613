package dev.mnc.jobs.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** The rows of result tables as text, read from the files they write: values with commas between, - where one is missing. */
public final class TableText {

    private TableText() {}

    private static final class Reading extends ParquetReader.Builder<Group> {

        Reading(InputFile file) {
            super(file);
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    private static final Pattern LONG_NUMBER = Pattern.compile("\\d\\.\\d{10,}");

    /** Rounds numbers of ten decimals and more to nine: COCO adds 2⁻⁵² to what it divides by. */
    public static String rounded(String text) {
        return LONG_NUMBER
                .matcher(text)
                .replaceAll(number -> Double.toString(Math.round(Double.parseDouble(number.group()) * 1e9) / 1e9));
    }

    /** The names of the columns, then the rows. */
    public static List<String> of(ResultTable table) {
        try {
            Path file = Files.createTempFile("table", ".parquet");
            try (OutputStream out = Files.newOutputStream(file)) {
                table.write(out);
            }
            try {
                return read(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> read(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (ParquetReader<Group> reader = new Reading(new LocalInputFile(file)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                Group values = row;
                List<org.apache.parquet.schema.Type> columns = row.getType().getFields();
                if (lines.isEmpty()) {
                    lines.add(columns.stream()
                            .map(org.apache.parquet.schema.Type::getName)
                            .collect(Collectors.joining(", ")));
                }
                lines.add(rounded(columns.stream()
                        .map(column -> values.getFieldRepetitionCount(column.getName()) == 0
                                ? "-"
                                : values.getValueToString(values.getType().getFieldIndex(column.getName()), 0))
                        .collect(Collectors.joining(", "))));
            }
        }
        return lines;
    }

    /** The one of some tables that has a name. */
    public static List<String> of(String name, List<ResultTable> tables) {
        return of(Objects.requireNonNull(
                tables.stream()
                        .filter(table -> table.name().equals(name))
                        .findFirst()
                        .orElse(null),
                name));
    }
}
