package dev.mnc.jobs.executor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** The number of cores that this executor owns. */
public final class ExecutorCores {

    private static final Pattern ARGUMENT = Pattern.compile("ExecutorBackend .*--cores (\\d+)( .*|)");

    private ExecutorCores() {}

    /**
     * Returns the cores that the cluster's manager gave this executor, which on a standalone cluster no setting of Spark
     * holds; else {@code spark.executor.cores}, or all cores of this machine if that is not set.
     */
    public static int count() {
        return count(
                System.getProperty("sun.java.command", ""),
                SparkEnv.get().conf(),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * Returns the cores of an executor.
     *
     * @param command main class and arguments of the process
     * @param machine cores of the machine
     */
    static int count(String command, SparkConf conf, int machine) {
        Matcher argument = ARGUMENT.matcher(command);
        return argument.find() ? Integer.parseInt(argument.group(1)) : conf.getInt("spark.executor.cores", machine);
    }
}
