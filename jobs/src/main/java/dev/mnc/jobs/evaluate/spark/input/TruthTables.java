package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.FederatedLabels;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.geometry.Box;
import dev.mnc.jobs.evaluate.rows.ParquetTruth;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.schemas.Category;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Ground truth as Parquet: the tables {@code images}, {@code annotations} and {@code categories} of one folder. */
public final class TruthTables {

    private static final ArrayType IDS = DataTypes.createArrayType(LongType, false);

    private static final StructType IMAGES = new StructType()
            .add("image_id", LongType, false)
            .add("file_name", StringType, false)
            .add("height", IntegerType, false)
            .add("width", IntegerType, false);

    private static final StructType CATEGORIES =
            new StructType().add("category_id", LongType, false).add("name", StringType, false);

    private static final StructType LVIS_IMAGES =
            IMAGES.add(ParquetTruth.ABSENT, IDS, false).add(ParquetTruth.NOT_EXHAUSTIVE, IDS, false);

    private static final StructType LVIS_CATEGORIES = CATEGORIES.add(ParquetTruth.FREQUENCY, StringType, false);

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

    /** The columns of {@code images}; those of LVIS say besides what {@link FederatedLabels} holds. */
    static StructType images(CocoDialect dialect) {
        return dialect == CocoDialect.LVIS ? LVIS_IMAGES : IMAGES;
    }

    /** The columns of {@code categories}; those of LVIS say besides how frequent each is: r, c or f. */
    static StructType categories(CocoDialect dialect) {
        return dialect == CocoDialect.LVIS ? LVIS_CATEGORIES : CATEGORIES;
    }

    static Row image(Image image, CocoDialect dialect) {
        return dialect == CocoDialect.LVIS
                ? RowFactory.create(
                        image.id(),
                        image.fileName(),
                        image.height(),
                        image.width(),
                        image.checked().absent().toArray(),
                        image.checked().notExhaustive().toArray())
                : RowFactory.create(image.id(), image.fileName(), image.height(), image.width());
    }

    /** @param frequency null unless the tables are of LVIS */
    static Row category(Category category, @Nullable Frequency frequency) {
        return frequency == null
                ? RowFactory.create(category.id(), category.name())
                : RowFactory.create(category.id(), category.name(), frequency.letter());
    }

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
            FederatedLabels checked =
                    row.size() == IMAGES.size() ? FederatedLabels.NONE : new FederatedLabels(ids(row, 4), ids(row, 5));
            return ImageRows.image(new Image(row.getLong(0), row.getString(1), row.getInt(2), row.getInt(3), checked));
        }

        private static List<Long> ids(Row row, int column) {
            if (row.isNullAt(column)) {
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "image %d of the ground truth has no %s",
                        row.getLong(0),
                        LVIS_IMAGES.fieldNames()[column]));
            }
            return row.getList(column);
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
