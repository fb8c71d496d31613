package dev.mnc.jobs.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * The resources that a process needs, or that a machine has free.
 *
 * @param cores at least 0
 * @param memoryMib at least 0, MiB
 * @param gpus at least 0
 */
public record Resources(long cores, long memoryMib, long gpus) {

    /** Returns what an executor needs by the settings of its session; of an unset number of cores at least one. */
    public static Resources ofExecutor(SparkConf conf) {
        return new Resources(
                conf.getInt("spark.executor.cores", 1),
                memory(conf, "executor"),
                conf.getInt("spark.executor.resource.gpu.amount", 0));
    }

    /** Returns what a driver on the cluster needs. */
    public static Resources ofDriver(SparkConf conf) {
        return new Resources(
                conf.getInt("spark.driver.cores", 1),
                memory(conf, "driver"),
                conf.getInt("spark.driver.resource.gpu.amount", 0));
    }

    /** A standalone cluster does not look beyond the heap. */
    private static long memory(SparkConf conf, String process) {
        String master = conf.get("spark.master", "");
        long heap = conf.getSizeAsMb("spark." + process + ".memory", "1g");
        boolean counts = master.startsWith("yarn") || master.startsWith("k8s://");
        return counts ? heap + overhead(conf, process, heap) : heap;
    }

    /**
     * Returns the memory that Spark asks the manager for beside a heap, in MiB.
     *
     * @param process {@code executor} or {@code driver}
     * @param heap MiB
     */
    public static long overhead(SparkConf conf, String process, long heap) {
        String name = "spark." + process + ".memoryOverhead";
        if (conf.contains(name)) {
            return conf.getSizeAsMb(name);
        }
        double factor = conf.getDouble(name + "Factor", conf.getDouble("spark.kubernetes.memoryOverheadFactor", 0.1));
        return Math.max((long) (factor * heap), conf.getSizeAsMb("spark." + process + ".minMemoryOverhead", "384m"));
    }

    /** Returns whether these are enough for a process. */
    boolean cover(Resources process) {
        return cores >= process.cores && memoryMib >= process.memoryMib && gpus >= process.gpus;
    }

    /** Returns them as people write them, e.g. {@code 4 cores and 10240 MiB}. */
    String text() {
        List<String> parts = new ArrayList<>(
                List.of(cores + (cores == 1 ? " core" : " cores"), String.format(Locale.ROOT, "%d MiB", memoryMib)));
        if (gpus > 0) {
            parts.add(gpus + (gpus == 1 ? " GPU" : " GPUs"));
        }
        String last = parts.remove(parts.size() - 1);
        return String.join(", ", parts) + " and " + last;
    }
}
