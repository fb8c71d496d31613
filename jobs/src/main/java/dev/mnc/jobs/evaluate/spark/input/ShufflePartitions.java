package dev.mnc.jobs.evaluate.spark.input;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The number of partitions in which Spark brings the rows of an evaluation together. Spark's usual 200 are too many for a
 * hundred images, where starting tasks takes longer than their work, and too few for 10⁸ detections.
 */
public final class ShufflePartitions {

    private static final String KEY = "spark.sql.shuffle.partitions";

    /** Bytes of JSON that a partition holds at most, about: a task has them all in memory. */
    private static final long LARGEST = 1 << 26;

    /** Fewer bytes of JSON than this are not worth a task of their own. */
    private static final long SMALLEST = 1 << 20;

    /** Partitions for each task that can run at once, so that all end at about the same time. */
    private static final int PARTITIONS_A_SLOT = 4;

    /** The masks in a byte of Parquet, or of a compressed file, take so many bytes of JSON. */
    private static final long COMPRESSION = 4;

    private ShufflePartitions() {}

    /** Sets the number for an evaluation, unless the user has. */
    public static void set(SparkSession spark, EvaluateConfig config) throws IOException {
        if (!spark.sparkContext().getConf().contains(KEY)) {
            long bytes = bytes(spark, config.predictions()) + bytes(spark, config.groundTruth());
            spark.conf().set(KEY, of(bytes, spark.sparkContext().defaultParallelism()));
        }
    }

    /**
     * Returns the number of partitions.
     *
     * @param bytes of JSON to be read
     * @param slots tasks that can run at once
     */
    static long of(long bytes, int slots) {
        long worthwhile = Math.max(1, bytes / SMALLEST);
        return Math.max(Math.min(worthwhile, (long) PARTITIONS_A_SLOT * slots), (bytes + LARGEST - 1) / LARGEST);
    }

    /** Returns the bytes that a file or folder has as JSON, about; 0 if it is missing, which whoever reads it says. */
    private static long bytes(SparkSession spark, String name) throws IOException {
        Path path = Store.hadoop(name);
        try {
            long length = path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .getContentSummary(path)
                    .getLength();
            return name.endsWith(".json") ? length : length * COMPRESSION;
        } catch (FileNotFoundException e) {
            return 0;
        }
    }
}
