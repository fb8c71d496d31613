package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.col;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.FaultLog;
import dev.mnc.evaluation.coco.FaultLog.Fault;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.evaluate.distributed.ImageRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Writes ground truth as the tables that {@link TruthRows} reads; masks become run lengths. */
public final class WriteGroundTruth {

    private static final String REMEDY = "mend the file; tables hold what can be used only";

    private WriteGroundTruth() {}

    /** How much was written. */
    public record Summary(long images, long annotations, long categories) {}

    /**
     * Writes the tables {@code images}, {@code annotations} and {@code categories}, each in the place of what was there.
     *
     * @param groundTruth COCO json, may end in {@code .gz}, or a local split list of SBD
     * @param out the folder, anywhere
     * @param dialect LVIS for tables that hold what its protocol needs besides, made of its json
     * @throws IllegalArgumentException naming the entry if one cannot be used
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
        Dataset<Row> annotations = truth.rows()
                .repartition(col("image_id"))
                .sortWithinPartitions("image_id", "kind", "ordinal")
                .mapPartitions(new OfImages(groundTruth), Encoders.row(TruthTables.ANNOTATIONS));
        write(annotations, out, "annotations");
        Dataset<Row> images =
                truth.rows().filter(new IsImage()).map(new OfImage(dialect), Encoders.row(TruthTables.images(dialect)));
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

    /** The annotations, with their masks as run lengths. */
    private record OfImages(String source) implements MapPartitionsFunction<Row, Row> {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            List<Row> annotations = new ArrayList<>();
            @Nullable Image image = null;
            while (rows.hasNext()) {
                Row row = rows.next();
                switch (row.getInt(1)) {
                    case ImageRows.IMAGE -> image = ImageRows.image(row);
                    case ImageRows.ANNOTATION -> {
                        Annotation annotation = ImageRows.annotation(row);
                        if (image == null || image.id() != row.getLong(0)) {
                            throw new IllegalArgumentException(
                                    source + ": " + FaultLog.unknown(annotation).message());
                        }
                        annotations.add(annotation(annotation, row.getLong(2), image));
                    }
                    default ->
                        throw new IllegalArgumentException(ImageRows.fault(row).message());
                }
            }
            return annotations.iterator();
        }

        private Row annotation(Annotation annotation, long position, Image image) {
            if (annotation.segmentation() == null) {
                return TruthTables.annotation(annotation, position, null);
            }
            try {
                Segmentation.Compressed text = Segmentation.ofMask(
                        Objects.requireNonNull(annotation.segmentation()).toMask(image.height(), image.width()));
                return TruthTables.annotation(annotation, position, text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        source + ": annotation " + annotation.id() + " (image " + image.id() + "): " + e.getMessage(),
                        e);
            }
        }
    }
}
