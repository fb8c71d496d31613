package dev.mnc.jobs.executor;

import dev.mnc.jobs.cluster.Resources;
import dev.mnc.jobs.failure.OperatorException;
import org.apache.spark.SparkConf;

/**
 * The memory that a cluster's manager gives an executor beside Java's heap, where a model lies. YARN and Kubernetes end a
 * process that takes more; a standalone cluster does not look.
 */
public final class ExecutorMemory {

    private static final long MIB = 1 << 20;

    /**
     * What an executor takes beside its heap and the model's weights, in MiB: TensorFlow's libraries and buffers, and Java's
     * classes, threads and network buffers. A lower bound: a process that labels with the compact network holds 800 MiB with a
     * heap of 520 MiB that is partly used. The overhead to choose is larger, see docs/operations.md.
     */
    private static final long BASE_MIB = 512;

    /** Weights are there twice while a model is loaded: as they are read, and as the session has them. */
    private static final int COPIES = 2;

    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String FACTOR = "spark.executor.memoryOverheadFactor";
    private static final String LEAST = "spark.executor.minMemoryOverhead";

    private ExecutorMemory() {}

    /**
     * Refuses an executor that cannot hold a model.
     *
     * @param conf of a session that is about to open
     * @param model for the message
     * @param modelBytes length of the model's files
     * @throws OperatorException with the numbers
     */
    public static void requireRoom(SparkConf conf, String model, long modelBytes) {
        String master = conf.get("spark.master", "");
        if (!master.startsWith("yarn") && !master.startsWith("k8s://")) {
            return;
        }
        long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
        long given = Resources.overhead(conf, "executor", heap);
        long needed = BASE_MIB + COPIES * modelBytes / MIB;
        if (given < needed) {
            throw OperatorException.usage(
                    "an executor gets " + given + " MiB beside its heap of " + heap + " MiB ("
                            + (conf.contains(OVERHEAD)
                                    ? OVERHEAD
                                    : "the larger of " + LEAST + " and " + FACTOR + " of the heap")
                            + "), but TensorFlow with the model " + model + " (" + modelBytes / MIB
                            + " MiB of files) needs at least " + needed + " MiB; " + manager(master)
                            + " would end it",
                    "give at least --conf " + OVERHEAD + "=" + rounded(needed) + "g after --");
        }
    }

    private static String manager(String master) {
        return master.startsWith("yarn") ? "YARN" : "Kubernetes";
    }

    /** Returns whole GiB with some room for batches. */
    private static long rounded(long mib) {
        return (mib + 512 + 1023) / 1024;
    }
}
