package dev.mnc.jobs.evaluate.spark.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.UnreadableDatasetException;
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
        RunRecord run = table.intactRun(runId);
        return of(config, truth, table.images(run), table.instances(run));
    }

    /** The images of the ground truth that were labelled without an error: {@code truth_id}, {@code file_name}. */
    public static Dataset<Row> covered(SparkSession spark, EvaluateConfig config, Dataset<Row> truth) {
        LabelTable table = new LabelTable(spark, config.predictions(), config.listed());
        String runId = config.runId();
        Dataset<Row> images = (runId == null ? table.images() : table.images(table.intactRun(runId)))
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
        if (config.imageKey() == ImageKey.FILE_NAME) {
            requireUniqueNames(config, truth);
        }
        long found = countOnce(config, labelled);
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

    private static void requireUniqueNames(EvaluateConfig config, Dataset<Row> truth) {
        Row repeated = truth.where(col("file_name").notEqual(""))
                .groupBy("file_name")
                .agg(min("truth_id").as("id"), max("truth_id").as("other"))
                .where(col("id").notEqual(col("other")))
                .agg(min(struct(col("file_name"), col("id"), col("other"))))
                .first();
        if (!repeated.isNullAt(0)) {
            Row same = repeated.getStruct(0);
            throw new UnreadableDatasetException(config.groundTruth() + ": "
                    + GroundTruth.sameName(same.getString(0), same.getLong(1), same.getLong(2)));
        }
    }

    /** Returns the number of labelled images, of which no two may be the same image of the ground truth. */
    private static long countOnce(EvaluateConfig config, Dataset<Row> labelled) {
        Row found = labelled.groupBy("truth_id")
                .agg(
                        count("*").as("images"),
                        min("image_uri").as("uri"),
                        max("image_uri").as("other"))
                .agg(sum("images"), min(when(col("images").gt(1), struct(col("truth_id"), col("uri"), col("other")))))
                .first();
        if (!found.isNullAt(1)) {
            Row twice = found.getStruct(1);
            throw Coverage.twice(config, twice.getLong(0), twice.getString(1), twice.getString(2));
        }
        return found.isNullAt(0) ? 0 : found.getLong(0);
    }
}
