package dev.mnc.jobs.evaluate.spark.shuffle;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Rows of images, annotations and detections brought together by image. */
public final class ImagePartitions {

    private ImagePartitions() {}

    /**
     * Returns the rows as {@link RowChunks}, all of an image in one partition.
     *
     * @param images rows of an image id, a kind, an ordinal and bytes
     */
    public static JavaRDD<Tuple2<Integer, byte[]>> of(SparkSession spark, JavaRDD<Row> images) {
        int partitions = count(spark);
        return NumberedPartitions.of(images.mapPartitionsToPair(new RowChunks(partitions)), partitions);
    }

    /** Returns the number of partitions of every shuffle. */
    public static int count(SparkSession spark) {
        return Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions"));
    }
}
