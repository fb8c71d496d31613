package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Detections of label tables as rows. */
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

    public static final StructType SCHEMA = new StructType()
            .add("image_id", LongType, false)
            .add("ordinal", LongType, false)
            .add("category_id", LongType, false)
            .add("score", DoubleType, false)
            .add("bbox", BBOX, true)
            .add("segmentation", SEGMENTATION, true);

    private DetectionRows() {}

    /** The detection of a row of {@link #SCHEMA}. */
    public static Detection detection(Row row) {
        Box box = row.isNullAt(4) ? null : box(row.getStruct(4));
        Row text = row.isNullAt(5) ? null : row.getStruct(5);
        return new Detection(
                row.getLong(1),
                row.getLong(0),
                row.getLong(2),
                row.getDouble(3),
                box,
                text == null ? null : new Segmentation.Compressed(text.getInt(0), text.getInt(1), text.getString(2)));
    }

    static Box box(Row box) {
        return new Box(box.getDouble(0), box.getDouble(1), box.getDouble(2), box.getDouble(3));
    }
}
