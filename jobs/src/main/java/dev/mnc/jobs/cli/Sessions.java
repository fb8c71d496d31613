package dev.mnc.jobs.cli;

import org.apache.spark.sql.SparkSession;

/** How a command comes by its Spark session. */
public final class Sessions {

    private Sessions() {}

    /**
     * The session of this command: that of spark-submit's settings, or all cores of this machine where there are none.
     * The caller closes it, which stops Spark.
     */
    public static SparkSession open(String command) {
        SparkSession.Builder builder = SparkSession.builder().appName("mnc " + command);
        if (System.getProperty("spark.master") == null) {
            builder.master("local[*]");
        }
        return builder.getOrCreate();
    }
}
