package dev.mnc.jobs.doctor;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.spark.network.util.JavaUtils;

/**
 * Check that there is memory for Java's heap and, beside it, for TensorFlow.
 *
 * @param heap the most that this process's heap may grow to, bytes
 */
record MemoryCheck(Machine machine, long heap, SparkSettings settings) implements Check {

    private static final String NAME = "memory";
    private static final String EXECUTORS = "executor memory";

    /** The least heap that Spark starts with. */
    private static final long LEAST_HEAP = 450L << 20;

    /** What the compact network takes beside the heap; VGG-16 takes twice that. */
    private static final long TENSORFLOW = 2L << 30;

    private static final long LEAST_OVERHEAD = 384L << 20;

    @Override
    public List<Finding> findings() {
        return settings.inOneProcess() ? List.of(thisMachine()) : List.of(driver(), executors());
    }

    private OptionalLong available() {
        return LongStream.concat(machine.memory().stream(), machine.memoryLimit().stream())
                .min();
    }

    private Finding driver() {
        return heap < LEAST_HEAP ? smallHeap() : Finding.ok(NAME, heapAndMachine());
    }

    private Finding thisMachine() {
        if (heap < LEAST_HEAP) {
            return smallHeap();
        }
        OptionalLong available = available();
        if (available.isPresent() && heap + TENSORFLOW > available.getAsLong()) {
            long left = available.getAsLong() - TENSORFLOW;
            return Finding.failed(
                    NAME,
                    heapAndMachine() + "; TensorFlow takes about " + Machine.gib(TENSORFLOW) + " beside the heap",
                    left >= LEAST_HEAP
                            ? "set MNC_JAVA_OPTS=-Xmx" + (left >> 20) + "m"
                            : "run it where there are at least " + Machine.gib(LEAST_HEAP + TENSORFLOW));
        }
        return Finding.ok(NAME, heapAndMachine());
    }

    private Finding smallHeap() {
        return Finding.failed(
                NAME,
                "the heap has " + (heap >> 20) + " MiB, and Spark starts with " + (LEAST_HEAP >> 20) + " MiB or more",
                "set MNC_JAVA_OPTS=-Xmx1g or more");
    }

    private String heapAndMachine() {
        String text = "heap up to " + Machine.gib(heap);
        if (machine.memory().isPresent()) {
            text += ", machine " + Machine.gib(machine.memory().getAsLong());
        }
        if (machine.memoryLimit().isPresent()) {
            text += ", limit of the container "
                    + Machine.gib(machine.memoryLimit().getAsLong());
        }
        return text;
    }

    /** YARN and Kubernetes end an executor that takes more than heap and overhead together; others do not look. */
    private Finding executors() {
        long memory = mebibytes("spark.executor.memory", "1g");
        long overhead = settings.isSet("spark.executor.memoryOverhead")
                ? mebibytes("spark.executor.memoryOverhead", "0")
                : Math.max(LEAST_OVERHEAD, (long)
                        (memory * Double.parseDouble(settings.get("spark.executor.memoryOverheadFactor", "0.1"))));
        if (!settings.onYarn() && !settings.onKubernetes()) {
            return Finding.ok(EXECUTORS, "heap " + Machine.gib(memory));
        }
        String found = "heap " + Machine.gib(memory) + ", overhead " + Machine.gib(overhead);
        return overhead >= TENSORFLOW
                ? Finding.ok(EXECUTORS, found)
                : Finding.failed(
                        EXECUTORS,
                        found + "; TensorFlow takes about " + Machine.gib(TENSORFLOW)
                                + " of overhead, and an executor that takes more than it has is killed",
                        "add --conf spark.executor.memoryOverhead=2g, for VGG-16 4g");
    }

    /** A number without a unit is one of MiB to Spark, in both settings. */
    private long mebibytes(String name, String absent) {
        return JavaUtils.byteStringAsMb(settings.get(name, absent)) << 20;
    }
}
