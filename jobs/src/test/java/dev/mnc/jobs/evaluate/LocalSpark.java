package dev.mnc.jobs.evaluate;

import org.apache.spark.sql.SparkSession;

/** The one session of this JVM's tests. */
public final class LocalSpark {

    private LocalSpark() {}

    public static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("test")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 4)
                .config("spark.driver.host", "localhost")
                .getOrCreate();
    }
}
