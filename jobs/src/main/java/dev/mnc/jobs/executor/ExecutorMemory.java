package dev.mnc.jobs.executor;

import dev.mnc.jobs.cluster.Resources;
import dev.mnc.jobs.failure.OperatorException;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The memory that a cluster's manager gives an executor, of which a model lies beside Java's heap. YARN and Kubernetes end a
 * process that takes more than heap and overhead together; a standalone cluster does not look.
 *
 * @param manager that ends processes which take more, or empty if it does not look
 * @param heapMib in MiB
 * @param overheadMib what Spark asks for beside the heap, in MiB
 * @param origin of the overhead, for messages
 */
public record ExecutorMemory(String manager, long heapMib, long overheadMib, String origin) {

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

    /**
     * Returns what executors of a session would get.
     *
     * @param conf of a session that is about to open
     */
    public static ExecutorMemory of(SparkConf conf) {
        String master = conf.get("spark.master", "");
        long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
        return new ExecutorMemory(
                master.startsWith("yarn") ? "YARN" : master.startsWith("k8s://") ? "Kubernetes" : "",
                heap,
                Resources.overhead(conf, "executor", heap),
                conf.contains(OVERHEAD) ? OVERHEAD : "the larger of " + LEAST + " and " + FACTOR + " of the heap");
    }

    /**
     * Returns the least that a process with a model takes beside its heap, in MiB.
     *
     * @param modelBytes length of the model's files
     */
    public static long leastBesideHeap(long modelBytes) {
        return BASE_MIB + COPIES * modelBytes / MIB;
    }

    /** Returns whether executors that take more than they have are ended. */
    public boolean isLimited() {
        return !manager.isEmpty();
    }

    /**
     * Returns why executors cannot hold a model, with the numbers, or nothing if they can.
     *
     * @param model for the message
     * @param modelBytes length of the model's files
     */
    public Optional<OperatorException> refusal(String model, long modelBytes) {
        long needed = leastBesideHeap(modelBytes);
        if (!isLimited() || overheadMib >= needed) {
            return Optional.empty();
        }
        return Optional.of(OperatorException.usage(
                "an executor gets " + overheadMib + " MiB beside its heap of " + heapMib + " MiB (" + origin
                        + "), but TensorFlow with the model " + model + " (" + modelBytes / MIB
                        + " MiB of files) needs at least " + needed + " MiB; " + manager + " would end it",
                "give at least --conf " + OVERHEAD + "=" + rounded(needed) + "g after --"));
    }

    /** Returns whole GiB with some room for batches. */
    private static long rounded(long mib) {
        return (mib + 512 + 1023) / 1024;
    }
}
