package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.evaluate.distributed.ImageRows;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Ground truth as Parquet: the tables {@code images}, {@code annotations} and {@code categories} of one folder. */
final class TruthTables {

    static final StructType IMAGES = new StructType()
            .add("image_id", LongType, false)
            .add("file_name", StringType, false)
            .add("height", IntegerType, false)
            .add("width", IntegerType, false);

    static final StructType CATEGORIES =
            new StructType().add("category_id", LongType, false).add("name", StringType, false);

    /** {@code position} is that in the JSON; of objects that overlap a detection equally the last is found. */
    static final StructType ANNOTATIONS = new StructType()
            .add("image_id", LongType, false)
            .add("position", LongType, false)
            .add("annotation_id", LongType, false)
            .add("category_id", LongType, false)
            .add("area", DoubleType, false)
            .add("iscrowd", BooleanType, false)
            .add("bbox", DetectionRows.BBOX, true)
            .add("segmentation", DetectionRows.SEGMENTATION, true);

    private TruthTables() {}

    static Row annotation(Annotation annotation, long position, Segmentation.@Nullable Compressed text) {
        Box box = annotation.bbox();
        return RowFactory.create(
                annotation.imageId(),
                position,
                annotation.id(),
                annotation.categoryId(),
                annotation.area(),
                annotation.crowd(),
                box == null ? null : RowFactory.create(box.x(), box.y(), box.width(), box.height()),
                text == null ? null : RowFactory.create(text.height(), text.width(), text.counts()));
    }

    /** A row of the table as a row to be matched. */
    record ImageRow() implements MapFunction<Row, Row> {

        @Override
        public Row call(Row row) {
            return ImageRows.image(new Image(row.getLong(0), row.getString(1), row.getInt(2), row.getInt(3)));
        }
    }

    /** A row of the table as a row to be matched. */
    record AnnotationRow() implements MapFunction<Row, Row> {

        @Override
        public Row call(Row row) {
            Row text = row.isNullAt(7) ? null : row.getStruct(7);
            Annotation annotation = new Annotation(
                    row.getLong(2),
                    row.getLong(0),
                    row.getLong(3),
                    row.isNullAt(6) ? null : DetectionRows.box(row.getStruct(6)),
                    row.getDouble(4),
                    row.getBoolean(5),
                    text == null
                            ? null
                            : new Segmentation.Compressed(text.getInt(0), text.getInt(1), text.getString(2)));
            return ImageRows.annotation(annotation, row.getLong(1));
        }
    }
}
