package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.cli.OperatorException;
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
     * column the contents decide, so the order of files and rows does not matter.
     */
    static Dataset<Row> ofParquet(Dataset<Row> files) {
        List<String> names = List.of(files.columns());
        for (String name : List.of("image_id", "category_id", "score")) {
            if (!names.contains(name)) {
                throw OperatorException.usage(
                        "the predictions have no column " + name + "; they have " + String.join(", ", names),
                        "see the columns of a label table's instances");
            }
        }
        Column[] all = names.stream().sorted().map(functions::col).toArray(Column[]::new);
        return files.select(
                col("image_id").cast(LongType),
                (names.contains("instance") ? col("instance").cast(LongType) : functions.xxhash64(all)).as("ordinal"),
                col("category_id").cast(LongType),
                col("score").cast(DoubleType),
                (names.contains("bbox") ? col("bbox") : lit(null)).cast(BBOX).as("bbox"),
                (names.contains("segmentation") ? col("segmentation") : lit(null))
                        .cast(SEGMENTATION)
                        .as("segmentation"),
                lit(null).cast(StringType).as("malformed"));
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
        return new Detection(
                row.getLong(1),
                row.getLong(0),
                row.getLong(2),
                row.getDouble(3),
                row.isNullAt(4) ? null : box(row.getStruct(4)),
                segmentation(row));
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
