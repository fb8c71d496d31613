package dev.mnc.jobs.cli;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** How a command comes by its Spark session. */
public final class Sessions {

    private Sessions() {}

    /**
     * The session of this command: that of spark-submit's settings, or all cores of this machine where there are none.
     * The caller closes it, which stops Spark.
     */
    public static SparkSession open(String command) {
        return open(command, Map.of());
    }

    /**
     * The same with settings of the command's own.
     *
     * @param settings of Spark, over all others
     */
    public static SparkSession open(String command, Map<String, String> settings) {
        SparkSession.Builder builder = SparkSession.builder().appName("mnc " + command);
        if (System.getProperty("spark.master") == null) {
            builder.master("local[*]");
        }
        settings.forEach(builder::config);
        return builder.getOrCreate();
    }

    /** Hadoop's settings as the session will have them: for what is looked at before there is one. */
    public static Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }
}
