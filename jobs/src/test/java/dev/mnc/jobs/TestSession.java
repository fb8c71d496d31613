package dev.mnc.jobs;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of a test JVM; starting one takes seconds. */
public final class TestSession {

    private static final class Holder {
        private static final SparkSession SPARK = SparkSession.builder()
                .appName("tests")
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.default.parallelism", "2")
                .config("spark.ui.showConsoleProgress", "false")
                .getOrCreate();
    }

    private TestSession() {}

    /** The shared session; nobody stops it. */
    public static SparkSession spark() {
        return Holder.SPARK;
    }
}
