package dev.mnc.jobs.host;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** The number of cores that this executor owns. */
public final class ExecutorCores {

    private ExecutorCores() {}

    /** Returns {@code spark.executor.cores}, or all cores of this machine if that is not set. */
    public static int count() {
        SparkConf conf = SparkEnv.get().conf();
        int machine = Runtime.getRuntime().availableProcessors();
        return conf.getInt("spark.executor.cores", machine);
    }
}
