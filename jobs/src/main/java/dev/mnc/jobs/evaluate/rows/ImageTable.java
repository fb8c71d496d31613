package dev.mnc.jobs.evaluate.rows;

import dev.mnc.evaluation.slices.ImageGroups;
import dev.mnc.jobs.corpus.formats.ParquetTable;
import dev.mnc.jobs.corpus.formats.TextRows;
import dev.mnc.jobs.corpus.formats.TextRows.TextRow;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Slicing;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.jspecify.annotations.Nullable;

/**
 * A table about images that somebody else made: Parquet (a file or a folder of files), CSV with a
 * header line, or JSON lines. Its first column of {@code image_id}, {@code id} and {@code file_name} says which image a
 * row is about.
 *
 * @param groups the images by the values of the columns
 * @param strangers rows whose image the ground truth does not name
 */
public record ImageTable(ImageGroups groups, long strangers) {

    private static final List<String> IDS = List.of("image_id", "id");
    private static final String NAME = "file_name";
    private static final String REMEDY = "fix the table, or give another --image-table";

    /**
     * The names by which the ground truth knows its images.
     *
     * @param byFileName ids by file name, if they are needed
     * @param namedImages see {@link dev.mnc.dataset.GroundTruth#namedImages}
     */
    public record Names(Supplier<Map<String, Long>> byFileName, Map<String, Long> namedImages) {}

    /**
     * Reads the table.
     *
     * @throws OperatorException if it lacks a column, has two rows for an image, or a column has too many values
     */
    public static ImageTable read(Slicing slicing, Names names, Configuration configuration) throws IOException {
        Reading reading = new Reading(slicing, names);
        if (TextRows.isText(slicing.table())) {
            try (InputStream in = Store.open(slicing.table(), configuration)) {
                reading.add(TextRows.of(in, slicing.table(), reading::start, REMEDY));
            }
        } else {
            for (Path file : files(slicing.table(), configuration)) {
                ParquetTable table =
                        new ParquetTable(HadoopInputFile.fromPath(file, configuration), file.toString(), configuration);
                reading.start(table.names());
                reading.add(table.rows(Stream.concat(Stream.of(reading.key()), slicing.columns().stream())
                        .distinct()
                        .toList()));
            }
        }
        return reading.table();
    }

    private static List<Path> files(String table, Configuration configuration) throws IOException {
        Path path = Store.hadoop(table);
        FileSystem store = path.getFileSystem(configuration);
        if (!store.exists(path)) {
            throw OperatorException.usage("there is no image table " + table, "check --image-table");
        }
        return Arrays.stream(store.listStatus(path, file -> !file.getName().matches("[_.].*")))
                .map(FileStatus::getPath)
                .sorted()
                .toList();
    }

    private static final class Reading {

        private final Slicing slicing;
        private final Names names;
        private final Map<Long, List<@Nullable String>> rows = new HashMap<>();
        private final boolean[] seen;
        private @Nullable String key;
        private @Nullable Map<String, Long> byFileName;
        private long strangers;

        Reading(Slicing slicing, Names names) {
            this.slicing = slicing;
            this.names = names;
            this.seen = new boolean[slicing.columns().size()];
        }

        String key() {
            return key == null ? NAME : key;
        }

        /** Takes the names of the columns. */
        void start(List<String> columns) {
            key = Stream.concat(IDS.stream(), Stream.of(NAME))
                    .filter(columns::contains)
                    .findFirst()
                    .orElseThrow(() -> lacks("column image_id, id or file_name", columns));
            for (String column : slicing.columns()) {
                if (!columns.contains(column)) {
                    throw lacks("column " + column, columns);
                }
            }
        }

        private OperatorException lacks(String what, List<String> columns) {
            return OperatorException.usage(
                    slicing.table() + " has no " + what + "; its columns are " + String.join(", ", columns),
                    "check --image-table and --slice-by");
        }

        void add(Iterator<TextRow> all) {
            while (all.hasNext()) {
                TextRow row = all.next();
                Long image = image(row);
                List<@Nullable String> values = new ArrayList<>();
                for (int column = 0; column < seen.length; column++) {
                    String value = row.fields().text(slicing.columns().get(column));
                    boolean has = value != null && !value.isEmpty();
                    seen[column] |= has;
                    values.add(has ? value : null);
                }
                if (image == null) {
                    strangers++;
                } else if (rows.put(image, values) != null) {
                    throw row.bad(slicing.table(), "another row is about the same image", REMEDY);
                }
            }
        }

        private @Nullable Long image(TextRow row) {
            String column = key != null ? key : keyOf(row);
            String text = row.fields().text(column);
            if (text == null || text.isEmpty()) {
                throw row.bad(slicing.table(), "has no " + column, REMEDY);
            }
            if (column.equals(NAME)) {
                if (byFileName == null) {
                    byFileName = names.byFileName().get();
                }
                return byFileName.get(text);
            }
            if (!names.namedImages().isEmpty()) {
                return names.namedImages().get(text);
            }
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw row.bad(slicing.table(), column + " is \"" + text + "\", not a whole number", REMEDY);
            }
        }

        /** Of JSON lines, where each row says which columns it has. */
        private static String keyOf(TextRow row) {
            return IDS.stream()
                    .filter(id -> row.fields().text(id) != null)
                    .findFirst()
                    .orElse(NAME);
        }

        ImageTable table() {
            for (int column = 0; column < seen.length; column++) {
                if (!seen[column]) {
                    throw OperatorException.usage(
                            "no row of " + slicing.table() + " has a value in column "
                                    + slicing.columns().get(column),
                            "check --image-table and --slice-by");
                }
            }
            try {
                return new ImageTable(new ImageGroups(slicing.columns(), rows), strangers);
            } catch (IllegalArgumentException e) {
                throw OperatorException.usage(
                        slicing.table() + ": " + e.getMessage(), "slice by a column that has fewer values");
            }
        }
    }
}
