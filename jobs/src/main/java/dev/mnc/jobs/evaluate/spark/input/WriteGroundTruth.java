package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.evaluate.spark.ImageRows;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** The job that writes ground truth as the tables that {@link TruthRows} reads; masks become run lengths. */
public final class WriteGroundTruth {

    private static final String REMEDY = "fix the file; tables hold what can be used only";

    private static final String FAULT = "fault";

    /** An annotation of the file, or what is wrong with it. */
    private static final StructType CHECKED = new StructType()
            .add("annotation", TruthTables.ANNOTATIONS, true)
            .add("position", DataTypes.LongType, false)
            .add(FAULT, DataTypes.StringType, true);

    private WriteGroundTruth() {}

    /** The number of rows that were written. */
    public record Summary(long images, long annotations, long categories) {}

    /**
     * Writes the tables {@code images}, {@code annotations} and {@code categories}, each in the place of what was there.
     *
     * @param groundTruth COCO json, may end in {@code .gz}, or a local split list of SBD
     * @param out the folder, anywhere
     * @param dialect LVIS for tables that hold what its protocol needs besides, made of its json
     * @throws OperatorException naming the first entry that cannot be used; then nothing is replaced
     */
    public static Summary run(SparkSession spark, String groundTruth, String out, CocoDialect dialect)
            throws IOException {
        TruthRows truth = TruthRows.of(spark, groundTruth, dialect, Compat.NONE);
        Fault fault = truth.faults().first();
        if (fault != null) {
            throw OperatorException.usage(groundTruth + ": " + fault.message(), REMEDY);
        }
        if (!truth.namedImages().isEmpty()) {
            throw OperatorException.usage(
                    groundTruth + ": its image ids are texts, which the tables cannot hold",
                    "evaluate with the JSON file itself");
        }
        Dataset<Row> rows = spark.createDataFrame(truth.rows(), ImageRows.SCHEMA);
        Dataset<Row> annotations = rows.repartition(col("image_id"))
                .sortWithinPartitions("image_id", "kind", "ordinal")
                .mapPartitions(new OfImages(groundTruth), Encoders.row(CHECKED))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return write(spark, truth, annotations, out, dialect);
        } finally {
            annotations.unpersist();
        }
    }

    private static Summary write(
            SparkSession spark, TruthRows truth, Dataset<Row> annotations, String out, CocoDialect dialect) {
        // Before anything is replaced.
        List<Row> first = annotations
                .where(col(FAULT).isNotNull())
                .orderBy("position")
                .select(FAULT)
                .takeAsList(1);
        if (!first.isEmpty()) {
            throw OperatorException.usage(first.get(0).getString(0), REMEDY);
        }
        write(annotations.map(new Usable(), Encoders.row(TruthTables.ANNOTATIONS)), out, "annotations");
        Dataset<Row> images = spark.createDataFrame(truth.rows(), ImageRows.SCHEMA)
                .filter(new IsImage())
                .map(new OfImage(dialect), Encoders.row(TruthTables.images(dialect)));
        write(images, out, "images");
        List<Row> categories = truth.categories().stream()
                .map(category ->
                        TruthTables.category(category, truth.frequencies().get(category.id())))
                .toList();
        write(spark.createDataFrame(categories, TruthTables.categories(dialect)).coalesce(1), out, "categories");
        return new Summary(
                spark.read().parquet(out + "/images").count(),
                spark.read().parquet(out + "/annotations").count(),
                categories.size());
    }

    private static void write(Dataset<Row> rows, String out, String table) {
        rows.write().mode(SaveMode.Overwrite).parquet(out + "/" + table);
    }

    private record IsImage() implements FilterFunction<Row> {

        @Override
        public boolean call(Row row) {
            return row.getInt(1) == ImageRows.IMAGE;
        }
    }

    private record OfImage(CocoDialect dialect) implements MapFunction<Row, Row> {

        @Override
        public Row call(Row row) {
            return TruthTables.image(ImageRows.image(row), dialect);
        }
    }

    private record Usable() implements MapFunction<Row, Row> {

        @Override
        public Row call(Row row) {
            return row.getStruct(0);
        }
    }

    /** The annotations, with their masks as run lengths, or what is wrong with them. */
    private record OfImages(String source) implements MapPartitionsFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            List<Row> checked = new ArrayList<>();
            @Nullable Image image = null;
            while (rows.hasNext()) {
                Row row = rows.next();
                long position = row.getLong(2);
                switch (row.getInt(1)) {
                    case ImageRows.IMAGE -> image = ImageRows.image(row);
                    case ImageRows.ANNOTATION -> {
                        Image known = image != null && image.id() == row.getLong(0) ? image : null;
                        checked.add(checked(ImageRows.annotation(row), position, known));
                    }
                    default ->
                        checked.add(RowFactory.create(
                                null, position, ImageRows.fault(row).message()));
                }
            }
            return checked.iterator();
        }

        private Row checked(Annotation annotation, long position, @Nullable Image image) {
            if (image == null) {
                String fault = source + ": " + FaultLog.unknown(annotation).message();
                return RowFactory.create(null, position, fault);
            }
            try {
                Segmentation mask = annotation.segmentation();
                return RowFactory.create(
                        TruthTables.annotation(
                                annotation,
                                position,
                                mask == null ? null : Segmentation.ofMask(mask.toMask(image.height(), image.width()))),
                        position,
                        null);
            } catch (IllegalArgumentException e) {
                String fault =
                        source + ": annotation " + annotation.id() + " (image " + image.id() + "): " + e.getMessage();
                return RowFactory.create(null, position, fault);
            }
        }
    }
}
