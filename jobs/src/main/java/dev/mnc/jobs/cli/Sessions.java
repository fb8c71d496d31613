package dev.mnc.jobs.cli;

import dev.mnc.jobs.cluster.ShortageWatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The Spark session of a command. */
public final class Sessions {

    private Sessions() {}

    private static final Pattern LOCAL = Pattern.compile("local(\\[.*)?");
    private static final Pattern LOCAL_THREADS = Pattern.compile("local\\[ *(\\d+|\\*) *]");
    private static final int ATTEMPTS = 4;
    private static final List<String> DEVICES = List.of("spark.executor.resource.gpu.", "spark.task.resource.gpu.");

    /**
     * Opens the session of a command that runs no model, with the settings that came with it or of spark-submit, and on all
     * cores of this machine where they name no master. Executors hold no GPU, whatever the settings say: those are written
     * down once for labelling. The caller closes it, which stops Spark.
     */
    public static SparkSession open(String command) {
        leaveOutDevices();
        String master = System.getProperty("spark.master", "local[*]");
        return open(SparkSession.builder().appName("mnc " + command).master(master), master, Map.of());
    }

    /** Spark reads the properties of this process, which runs one command. */
    private static void leaveOutDevices() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> DEVICES.stream().anyMatch(name::startsWith))
                .forEach(System::clearProperty);
    }

    /**
     * Opens the session of a command that runs a model on executors. A local master assigns no GPU: tasks that are to have
     * one would wait for ever, so such settings, written down for a cluster, are left out there. A task that fails is tried
     * again, as on a cluster, which a local master does only if it is told how often.
     *
     * @param settings of Spark, over all others
     */
    public static SparkSession open(String command, Map<String, String> settings) {
        String master = System.getProperty("spark.master", "local[*]");
        if (LOCAL.matcher(master).matches()) {
            leaveOutDevices();
        }
        SparkSession.Builder builder = SparkSession.builder().appName("mnc " + command);
        return open(builder.master(repeating(master).orElse(master)), master, settings);
    }

    private static SparkSession open(SparkSession.Builder builder, String master, Map<String, String> settings) {
        settings.forEach(builder::config);
        return master.startsWith("local") ? builder.getOrCreate() : openOnCluster(builder, settings);
    }

    /** Opening may wait for the cluster too: YARN starts an application before it has executors. */
    private static SparkSession openOnCluster(SparkSession.Builder builder, Map<String, String> settings) {
        SparkConf conf = new SparkConf();
        settings.forEach(conf::set);
        AtomicReference<@Nullable SparkContext> context = new AtomicReference<>();
        ShortageWatch watch = ShortageWatch.ofExecutors(conf, hadoop(), context::get, Console::warnAside);
        try {
            SparkSession session = builder.getOrCreate();
            context.set(session.sparkContext());
            return session;
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    /** Returns a local master with the number of attempts that clusters make, empty for any other and where it is given. */
    static Optional<String> repeating(String master) {
        if (master.equals("local")) {
            return Optional.of("local[1," + ATTEMPTS + "]");
        }
        Matcher threads = LOCAL_THREADS.matcher(master);
        return threads.matches() ? Optional.of("local[" + threads.group(1) + "," + ATTEMPTS + "]") : Optional.empty();
    }

    /** Hadoop's settings as the session will have them: for what is looked at before there is one. */
    public static Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }
}
