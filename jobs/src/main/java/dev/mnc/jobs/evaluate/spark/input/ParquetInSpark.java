package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.jobs.evaluate.rows.ParquetDetections;
import dev.mnc.jobs.evaluate.rows.ParquetRow;
import dev.mnc.jobs.evaluate.rows.RowValues;
import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Detections of Parquet files with the columns of a label table's instances, read by Spark. */
public final class ParquetInSpark {

    private static final String KEY = "image_id";

    private ParquetInSpark() {}

    /** Returns the rows of a file or folder: the columns that are present, then the file and the row's index in it. */
    public static Dataset<Row> rows(SparkSession spark, String name) throws IOException {
        Dataset<Row> files = SparkInput.parquet(spark, name);
        List<String> names = List.of(files.columns());
        ParquetDetections.require(KEY, names);
        List<Column> columns = new ArrayList<>();
        ParquetDetections.columns(KEY).stream().filter(names::contains).forEach(column -> columns.add(col(column)));
        columns.add(col("_metadata.file_path"));
        columns.add(col("_metadata.row_index"));
        return files.select(columns.toArray(Column[]::new));
    }

    /** The detections of {@link #rows}; throws an {@link UnreadableDatasetException} for a row that is none. */
    public static final class Reader implements ReadDetections.RowReader {

        /** Of the row before: rows of a file come one after the other. */
        private String address = "";

        private String file = "";

        @Override
        public Detection detection(Row row) {
            int columns = row.size();
            String current = row.getString(columns - 2);
            if (!current.equals(address)) {
                address = current;
                String path = new Path(URI.create(current)).toString();
                file = Store.isLocal(path) ? Store.local(path).toString() : path;
            }
            ParquetRow named = new ParquetRow(new SparkRowValues(row), file, row.getLong(columns - 1) + 1, "");
            return ParquetDetections.detection(named, named.whole(KEY));
        }
    }

    private record SparkRowValues(Row row) implements RowValues {

        @Override
        public @Nullable Object value(String column) {
            Option<Object> field = row.schema().getFieldIndex(column);
            Object value = field.isEmpty() ? null : row.get((int) field.get());
            return value == null ? null : value(value);
        }

        private static Object value(Object value) {
            if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
                return ((Number) value).longValue();
            }
            if (value instanceof Float number) {
                return number.doubleValue();
            }
            if (value instanceof byte[] text) { // not marked as a text, which old writers do not
                return new String(text, StandardCharsets.UTF_8);
            }
            return value instanceof Row struct ? new SparkRowValues(struct) : value;
        }
    }
}
