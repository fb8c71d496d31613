package dev.mnc.jobs.evaluate;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.evaluate.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.EvaluationSummary.Coverage;
import dev.mnc.jobs.label.LabelTable;
import dev.mnc.schemas.RunRecord;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The labels of a table that belong to images of the ground truth.
 *
 * @param detections rows of {@link DetectionRows#SCHEMA}, with the image ids of the ground truth
 * @param coverage how the two fit together
 */
record TableLabels(Dataset<Row> detections, Coverage coverage) {

    private static final StructType KEYS =
            new StructType().add("truth_id", DataTypes.LongType, false).add("file_name", DataTypes.StringType, false);

    static TableLabels of(SparkSession spark, EvaluateConfig config, GroundTruth truth) {
        LabelTable table = new LabelTable(spark, config.predictions());
        String runId = config.runId();
        if (runId == null) {
            return of(spark, config, truth, table.images(), table.instances());
        }
        RunRecord run = table.run(runId);
        return of(spark, config, truth, table.images(run), table.instances(run));
    }

    private static TableLabels of(
            SparkSession spark, EvaluateConfig config, GroundTruth truth, Dataset<Row> images, Dataset<Row> instances) {
        List<Row> keys = truth.images().stream()
                .map(image -> RowFactory.create(image.id(), image.fileName()))
                .toList();
        Dataset<Row> truthKeys = spark.createDataFrame(keys, KEYS);
        Dataset<Row> known = images.select("image_id", "image_uri", "file_name");
        Dataset<Row> labelled = config.imageKey() == ImageKey.ID
                ? known.drop("file_name")
                        .join(broadcast(truthKeys), col("image_id").equalTo(col("truth_id")))
                : known.join(broadcast(truthKeys), "file_name");
        long found = labelled.count();
        Coverage coverage = new Coverage(truth.images().size(), found, images.count() - found);
        if (found == 0 && !truth.images().isEmpty()) {
            throw nothingInCommon(config, truth, coverage);
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
                        col("segmentation"),
                        lit(null).cast(DataTypes.StringType).as("malformed"));
        return new TableLabels(detections, coverage);
    }

    private static OperatorException nothingInCommon(EvaluateConfig config, GroundTruth truth, Coverage coverage) {
        Image first = truth.images().get(0);
        return OperatorException.usage(
                String.format(
                        Locale.ROOT,
                        "none of the %d labelled images of %s is among the %d of %s (e.g. id %d, file name %s)",
                        coverage.elsewhere(),
                        config.predictions(),
                        coverage.images(),
                        config.groundTruth(),
                        first.id(),
                        first.fileName()),
                config.imageKey() == ImageKey.ID
                        ? "if the images were labelled from a folder, compare by name: --image-key file_name"
                        : "if the images were labelled from a COCO json, compare by id: --image-key id");
    }
}
