package dev.mnc.jobs.export;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.mnc.dataset.CocoResults;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.jobs.evaluate.spark.input.DetectionRows;
import dev.mnc.jobs.store.Store;
import dev.mnc.jobs.table.LabelTable;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * The export of a label table as COCO results: by image id, then by score as the table ranks it. Scores keep all their
 * digits; masks are compressed run lengths. An entry holds a mask or a box and never both: given both, pycocotools
 * takes the area of a mask's object from its box. The rows are sorted in the cluster and are written by the driver one
 * partition at a time, because the format is a single file.
 */
public final class ExportCocoResults {

    private ExportCocoResults() {}

    /**
     * Runs the export.
     *
     * @return the number of detections written
     */
    public static long run(SparkSession spark, ExportConfig config) throws IOException {
        LabelTable table = new LabelTable(spark, config.table(), config.listed());
        String runId = config.runId();
        Dataset<Row> instances = runId == null ? table.instances() : table.instances(table.intactRun(runId));
        Iterator<Row> rows = instances
                .orderBy("image_id", "instance")
                .select(
                        col("image_id"),
                        col("instance").cast(DataTypes.LongType),
                        col("category_id"),
                        col("score"),
                        columnOrNulls(instances, "bbox", config.type() == IouType.BBOX),
                        columnOrNulls(instances, "segmentation", config.type() == IouType.SEGM))
                .toLocalIterator();
        long count = 0;
        try (CocoResults.Writer writer = CocoResults.create(
                Store.replace(config.out(), spark.sparkContext().hadoopConfiguration()))) {
            for (; rows.hasNext(); count++) {
                writer.write(DetectionRows.detection(rows.next()));
            }
        }
        return count;
    }

    /** Returns a column as it is, or as nulls of its type. */
    private static Column columnOrNulls(Dataset<Row> rows, String name, boolean include) {
        return include
                ? col(name)
                : lit(null).cast(rows.schema().apply(name).dataType()).as(name);
    }
}
