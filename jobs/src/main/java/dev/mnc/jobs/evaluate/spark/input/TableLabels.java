package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.functions.col;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.result.EvaluationSummary.Coverage;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * The labels of a table that belong to images of the ground truth.
 *
 * @param detections rows of {@link DetectionRows#SCHEMA}, with the image ids of the ground truth
 * @param coverage how the two fit together
 */
public record TableLabels(Dataset<Row> detections, Coverage coverage) {

    /**
     * Reads the labels of a table's newest state, or of one run.
     *
     * @param truth see {@link TruthRows#keys}
     */
    public static TableLabels of(SparkSession spark, EvaluateConfig config, Dataset<Row> truth) {
        LabelTable table = new LabelTable(spark, config.predictions(), config.listed());
        String runId = config.runId();
        if (runId == null) {
            return of(config, truth, table.images(), table.instances());
        }
        RunRecord run = table.run(runId);
        return of(config, truth, table.images(run), table.instances(run));
    }

    /** The images of the ground truth that were labelled without an error: {@code truth_id}, {@code file_name}. */
    public static Dataset<Row> covered(SparkSession spark, EvaluateConfig config, Dataset<Row> truth) {
        LabelTable table = new LabelTable(spark, config.predictions(), config.listed());
        String runId = config.runId();
        Dataset<Row> images = (runId == null ? table.images() : table.images(table.run(runId)))
                .filter(col("status").equalTo("ok"));
        Dataset<Row> known = config.imageKey() == ImageKey.ID
                ? truth.join(images.select("image_id"), col("image_id").equalTo(col("truth_id")), "left_semi")
                : truth.join(images.select("file_name"), new String[] {"file_name"}, "left_semi");
        return known.select("truth_id", "file_name").distinct();
    }

    private static TableLabels of(
            EvaluateConfig config, Dataset<Row> truth, Dataset<Row> images, Dataset<Row> instances) {
        Dataset<Row> known = images.select("image_id", "image_uri", "file_name");
        Dataset<Row> labelled = config.imageKey() == ImageKey.ID
                ? known.drop("file_name").join(truth, col("image_id").equalTo(col("truth_id")))
                : known.join(truth, "file_name");
        long found = labelled.count();
        Coverage coverage = new Coverage(truth.count(), found, images.count() - found);
        if (found == 0 && coverage.images() > 0) {
            Row first = truth.first();
            throw coverage.nothingInCommon(config, first.getLong(0), first.getString(1));
        }
        Dataset<Row> detections = instances
                .drop("image_id")
                .join(labelled.select("truth_id", "image_uri"), "image_uri")
                .select(
                        col("truth_id").as("image_id"),
                        col("instance").cast(DataTypes.LongType).as("ordinal"),
                        col("category_id"),
                        col("score"),
                        col("bbox"),
                        col("segmentation"));
        return new TableLabels(detections, coverage);
    }
}
