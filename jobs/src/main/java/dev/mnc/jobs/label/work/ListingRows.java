package dev.mnc.jobs.label.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.jobs.corpus.ImageFile;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.ImageRef;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Images in Spark: the rows of {@link ImageFile} files. */
final class ListingRows {

    /** The columns of a file. */
    static final StructType COLUMNS = new StructType()
            .add("uri", StringType)
            .add("file_name", StringType)
            .add("image_id", LongType)
            .add("size_bytes", LongType)
            .add("etag", StringType)
            .add("offset", LongType)
            .add("column", StringType)
            .add("row", LongType);

    private ListingRows() {}

    /** Returns the columns by name. */
    static Column[] columns() {
        return Arrays.stream(COLUMNS.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
    }

    /** Reads files; the rows also have the image's {@code address}, see {@link ImageRef#address}. */
    static Dataset<Row> read(SparkSession spark, List<String> files) {
        Column range = concat(
                col("uri"),
                lit("#offset="),
                col("offset").cast("string"),
                lit("&length="),
                col("size_bytes").cast("string"));
        Column cell = concat(
                col("uri"),
                lit("#column="),
                col("column"),
                lit("&row="),
                col("row").cast("string"));
        return spark.read()
                .option("parquet.page.verify-checksum.enabled", "true")
                .schema(COLUMNS)
                .parquet(LabelTable.paths(files))
                .withColumn(
                        "address",
                        when(col("offset").isNotNull(), range)
                                .when(col("column").isNotNull(), cell)
                                .otherwise(col("uri")));
    }

    /** Returns the images of rows that begin with the columns of a file. */
    static Iterator<ImageRef> images(Iterator<Row> rows) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public ImageRef next() {
                return image(rows.next());
            }
        };
    }

    private static ImageRef image(Row row) {
        String etag = row.getString(4);
        return new ImageRef(
                row.getLong(2),
                row.getString(0),
                row.getString(1),
                row.getLong(3),
                etag,
                ImageFile.part(whole(row, 5), row.getString(6), whole(row, 7)));
    }

    private static @Nullable Long whole(Row row, int column) {
        return row.isNullAt(column) ? null : Long.valueOf(row.getLong(column));
    }
}
