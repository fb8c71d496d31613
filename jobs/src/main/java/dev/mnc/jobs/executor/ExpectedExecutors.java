package dev.mnc.jobs.executor;

import dev.mnc.jobs.cli.Console;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * The executors that a session was told to start. They register one by one in the first seconds or minutes, so what is
 * planned for them goes by what was asked for, and by those that came beyond that.
 */
public final class ExpectedExecutors {

    private static final String MOST = "spark.dynamicAllocation.maxExecutors";
    private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[ *(\\d+) *, *(\\d+) *,.*");

    /** Slots to plan for where neither settings nor the manager's defaults say how many there will be. */
    private static final int UNKNOWN_SLOTS = 16;

    /** Executors that YARN and Kubernetes start where nobody says how many. */
    private static final int MANAGERS_DEFAULT = 2;

    private static final long LOOK_MILLIS = 100;
    private static final long SILENT_MILLIS = 2000;

    private ExpectedExecutors() {}

    /** Returns how many executors the settings ask for at the start, 0 if they do not say. */
    public static int count(SparkConf conf) {
        Matcher local = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
        if (local.matches()) {
            return Integer.parseInt(local.group(1));
        }
        int unsaid = hasManagersDefaults(conf) && !dynamic(conf) ? MANAGERS_DEFAULT : 0;
        int instances = conf.getInt("spark.executor.instances", unsaid);
        if (!dynamic(conf)) {
            return instances;
        }
        int least = conf.getInt("spark.dynamicAllocation.minExecutors", 0);
        return Math.max(instances, Math.max(least, conf.getInt("spark.dynamicAllocation.initialExecutors", 0)));
    }

    /**
     * Returns how many executors to wait for. With dynamic allocation these are the fewest that there are at any time:
     * Spark gives the initial ones back once they have nothing to do, or the first small job shows that fewer will do.
     */
    static int lasting(SparkConf conf) {
        return dynamic(conf) ? conf.getInt("spark.dynamicAllocation.minExecutors", 0) : count(conf);
    }

    private static boolean dynamic(SparkConf conf) {
        return conf.getBoolean("spark.dynamicAllocation.enabled", false);
    }

    /**
     * Returns the number of tasks that run at once when all executors are there: those that the settings ask for, and those
     * that came beyond.
     */
    public static int slots(SparkContext spark) {
        if (spark.isLocal()) {
            return spark.defaultParallelism();
        }
        SparkConf conf = spark.getConf();
        // Where no setting overrides it, this is the number of cores of the executors that have registered, and at
        // least 2.
        int cores = conf.contains("spark.default.parallelism") ? 0 : spark.defaultParallelism();
        return slots(conf, registered(spark), cores);
    }

    /**
     * Returns the same for a cluster.
     *
     * @param executors that have registered
     * @param cores of these
     */
    static int slots(SparkConf conf, int executors, int cores) {
        if (executors == 0) {
            return slots(conf);
        }
        int taskCores = Math.max(1, conf.getInt("spark.task.cpus", 1));
        int registered = executors * tasks(conf, cores / executors / taskCores);
        return Math.max(1, isKnown(conf) ? Math.max(slots(conf), registered) : registered);
    }

    private static boolean isKnown(SparkConf conf) {
        return conf.getInt("spark.default.parallelism", 0) > 0
                || conf.getInt("spark.cores.max", 0) > 0
                || (maximum(conf) > 0 && cores(conf) > 0);
    }

    /** Returns the same for a cluster's settings. */
    static int slots(SparkConf conf) {
        int parallelism = conf.getInt("spark.default.parallelism", 0);
        if (parallelism > 0) {
            return parallelism;
        }
        int taskCores = Math.max(1, conf.getInt("spark.task.cpus", 1));
        int executors = maximum(conf);
        int cores = cores(conf);
        int all = conf.getInt("spark.cores.max", 0);
        if (executors > 0 && cores > 0) {
            int known = (int) Math.min((long) executors * tasks(conf, cores / taskCores), Integer.MAX_VALUE);
            // Dynamic allocation adds executors as tasks wait, so there must be more tasks than the first executors
            // take.
            int slots = dynamic(conf) && !conf.contains(MOST) ? Math.max(UNKNOWN_SLOTS, known) : known;
            return Math.max(1, all > 0 ? Math.min(slots, all / taskCores) : slots);
        }
        return all > 0 ? Math.max(1, all / taskCores) : UNKNOWN_SLOTS;
    }

    /** Returns the most executors that the settings allow; where dynamic allocation has no limit, those at the start. */
    private static int maximum(SparkConf conf) {
        return dynamic(conf) ? conf.getInt(MOST, count(conf)) : count(conf);
    }

    private static boolean hasManagersDefaults(SparkConf conf) {
        String master = conf.get("spark.master", "");
        return master.startsWith("yarn") || master.startsWith("k8s://");
    }

    /** Returns an executor's cores, 0 if only its machine knows. */
    private static int cores(SparkConf conf) {
        Matcher local = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
        int standard = local.matches() ? Integer.parseInt(local.group(2)) : hasManagersDefaults(conf) ? 1 : 0;
        return conf.getInt("spark.executor.cores", standard);
    }

    /** Returns an executor's task slots, which a share of its GPU for each task may limit. */
    private static int tasks(SparkConf conf, int byCores) {
        double share = conf.getDouble("spark.task.resource.gpu.amount", 0);
        double gpus = conf.getDouble("spark.executor.resource.gpu.amount", 0);
        // Shares such as 0.33 are a little less than a third.
        return share > 0 && gpus > 0 ? Math.max(1, Math.min(byCores, (int) (gpus / share + 1e-6))) : byCores;
    }

    /**
     * Waits until the executors that the settings ask for and that stay have registered, but no longer than allowed; then warns and leaves
     * it to the ones that came.
     *
     * @param check throws if there is no point in waiting
     */
    public static void await(SparkContext spark, Duration longest, Console console, Runnable check) {
        int wanted = spark.isLocal() ? 0 : lasting(spark.getConf());
        long start = System.nanoTime();
        boolean said = false;
        while (registered(spark) < wanted) {
            check.run();
            long waited = (System.nanoTime() - start) / 1_000_000;
            if (waited >= longest.toMillis()) {
                console.warn(registered(spark) + " of " + wanted + " executors came in " + longest.toSeconds()
                        + " s; the run starts with these. Why others wait is on the page of the cluster's manager;"
                        + " host.executor-wait-seconds sets how long to wait");
                return;
            }
            if (!said && waited >= SILENT_MILLIS) {
                console.note("waiting for " + wanted + " executors, " + registered(spark) + " so far");
                said = true;
            }
            pause();
        }
    }

    /** Returns the number of executors that are there now. */
    private static int registered(SparkContext spark) {
        // The driver is one of them.
        return spark.getExecutorMemoryStatus().size() - 1;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        }
    }
}
