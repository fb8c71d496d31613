package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.evaluate.rows.ParquetDetections;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Detections as rows. Those of a label table have these columns but for {@code malformed}, which is theirs never. */
public final class DetectionRows {

    static final StructType BBOX = new StructType()
            .add("x", DoubleType)
            .add("y", DoubleType)
            .add("width", DoubleType)
            .add("height", DoubleType);

    static final StructType SEGMENTATION = new StructType()
            .add("height", IntegerType)
            .add("width", IntegerType)
            .add("counts", StringType);

    /** {@code malformed} says why there is no {@code segmentation} though the file has one. */
    static final StructType SCHEMA = new StructType()
            .add("image_id", LongType, false)
            .add("ordinal", LongType, false)
            .add("category_id", LongType, false)
            .add("score", DoubleType, false)
            .add("bbox", BBOX, true)
            .add("segmentation", SEGMENTATION, true)
            .add("malformed", StringType, true);

    private DetectionRows() {}

    /**
     * Detections of Parquet files: {@code image_id}, {@code category_id} and {@code score}, and {@code bbox} or
     * {@code segmentation} or both. Of two equal scores in an image the lower {@code instance} ranks first; without that
     * the contents decide ({@link ParquetDetections#ordinal}), so the order of files and rows does not matter.
     */
    static Dataset<Row> ofParquet(Dataset<Row> files) {
        List<String> names = List.of(files.columns());
        ParquetDetections.require("image_id", names);
        return files.select(
                col("image_id").cast(LongType),
                (names.contains("instance") ? col("instance") : lit(null))
                        .cast(LongType)
                        .as("ordinal"),
                col("category_id").cast(LongType),
                col("score").cast(DoubleType),
                struct(names, "bbox", BBOX),
                struct(names, "segmentation", SEGMENTATION),
                lit(null).cast(StringType).as("malformed"));
    }

    /** Fields are found by name, in whatever order the file has them. */
    private static Column struct(List<String> names, String name, StructType type) {
        if (!names.contains(name)) {
            return lit(null).cast(type).as(name);
        }
        Column[] fields = Arrays.stream(type.fields())
                .map(field ->
                        col(name).getField(field.name()).cast(field.dataType()).as(field.name()))
                .toArray(Column[]::new);
        return when(col(name).isNotNull(), functions.struct(fields)).as(name);
    }

    /** @param image of the detection; polygons take its size */
    static Row row(Detection detection, Image image) {
        Box box = detection.bbox();
        Segmentation segmentation = detection.segmentation();
        Segmentation.@Nullable Compressed text = null;
        String malformed = null;
        try {
            text = segmentation == null ? null : compressed(segmentation, image);
        } catch (IllegalArgumentException e) {
            malformed = e.getMessage();
        }
        return RowFactory.create(
                detection.imageId(),
                detection.ordinal(),
                detection.categoryId(),
                detection.score(),
                box == null ? null : RowFactory.create(box.x(), box.y(), box.width(), box.height()),
                text == null ? null : RowFactory.create(text.height(), text.width(), text.counts()),
                malformed);
    }

    private static Segmentation.Compressed compressed(Segmentation segmentation, Image image) {
        if (segmentation instanceof Segmentation.Compressed text) {
            return text;
        }
        return Segmentation.ofMask(segmentation.toMask(image.height(), image.width()));
    }

    /** The detection of a row of {@link #SCHEMA}. */
    public static Detection detection(Row row) {
        Box box = row.isNullAt(4) ? null : box(row.getStruct(4));
        Segmentation segmentation = segmentation(row);
        long category = row.getLong(2);
        double score = row.getDouble(3);
        long ordinal = row.isNullAt(1)
                ? ParquetDetections.ordinal(
                        category, score, box, segmentation instanceof Segmentation.Compressed text ? text : null)
                : row.getLong(1);
        return new Detection(ordinal, row.getLong(0), category, score, box, segmentation);
    }

    static Box box(Row box) {
        return new Box(box.getDouble(0), box.getDouble(1), box.getDouble(2), box.getDouble(3));
    }

    private static @Nullable Segmentation segmentation(Row row) {
        if (!row.isNullAt(5)) {
            Row text = row.getStruct(5);
            return new Segmentation.Compressed(text.getInt(0), text.getInt(1), text.getString(2));
        }
        return row.isNullAt(6) ? null : new Segmentation.Malformed(row.getString(6));
    }
}
