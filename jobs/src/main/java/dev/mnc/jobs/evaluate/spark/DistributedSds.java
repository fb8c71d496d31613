package dev.mnc.jobs.evaluate.spark;

import static org.apache.spark.sql.functions.col;

import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.sds.ReplicatedSdsCategory;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.spark.shuffle.ImagePartitions;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** The protocol voc-sds for any number of detections: matched by image, reduced by category. */
public final class DistributedSds {

    private DistributedSds() {}

    /** The outcome of an evaluation. */
    public record Found(SdsResult result, FaultLog faults, List<BlockBounds> blocks) implements BlockedResult {}

    /**
     * Evaluates what can be used.
     *
     * @param images rows of {@link ImageRows#SCHEMA}, in any order
     * @param listed the categories of the ground truth
     * @param weights of a bootstrap, or null
     */
    public static Found run(
            SparkSession spark, JavaRDD<Row> images, List<Category> listed, @Nullable ImageWeights weights) {
        LongIndex index = new LongIndex(listed.stream().map(Category::id).toList());
        Dataset<Row> outputs = spark.createDataFrame(
                        ImagePartitions.of(spark, images).mapPartitions(new MatchImages(index, weights)),
                        MatchImages.OUTPUT)
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            FaultLog faults = new FaultLog();
            List<BlockBounds> blocks = new ArrayList<>();
            for (Row row :
                    outputs.filter(col("kind").equalTo(MatchImages.NOTES)).collectAsList()) {
                MatchImages.Notes notes = SerializedObject.object(row.<byte[]>getAs(3), MatchImages.Notes.class);
                faults.add(notes.faults());
                blocks.addAll(notes.blocks());
            }
            blocks.sort(Comparator.comparingLong(BlockBounds::block));
            List<ReplicatedSdsCategory> categories = outputs.filter(col("kind").notEqual(MatchImages.NOTES))
                    .repartition(col("category_id"))
                    .sortWithinPartitions("category_id")
                    .mapPartitions(
                            new ReduceCategories(weights), Encoders.javaSerialization(ReplicatedSdsCategory.class))
                    .collectAsList();
            // Categories with objects have a result, with or without detections.
            return new Found(SdsResult.of(listed, categories, weights), faults, blocks);
        } finally {
            // Spark may be stopped right after; what it still does then it complains of.
            outputs.unpersist(true);
        }
    }
}
