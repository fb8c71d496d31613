package dev.mnc.jobs.host;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** How many cores this executor owns. */
public final class ExecutorCores {

    private ExecutorCores() {}

    /** What Spark was told, or all of this machine where it was told nothing. */
    public static int count() {
        SparkConf conf = SparkEnv.get().conf();
        int machine = Runtime.getRuntime().availableProcessors();
        return conf.getInt("spark.executor.cores", machine);
    }
}
