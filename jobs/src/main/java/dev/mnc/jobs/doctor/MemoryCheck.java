package dev.mnc.jobs.doctor;

import dev.mnc.jobs.executor.ExecutorMemory;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;

/**
 * Check that there is memory for Java's heap and, beside it, for TensorFlow with a model.
 *
 * @param heap the most that this process's heap may grow to, bytes
 * @param model for the message
 * @param modelBytes length of its files, 0 if there is no such model
 */
record MemoryCheck(Machine machine, long heap, SparkSettings settings, String model, long modelBytes) implements Check {

    private static final String NAME = "memory";
    private static final String EXECUTORS = "executor memory";

    /** The least heap that Spark starts with. */
    private static final long LEAST_HEAP = 450L << 20;

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
        long beside = ExecutorMemory.leastBesideHeap(modelBytes) << 20;
        if (available.isPresent() && heap + beside > available.getAsLong()) {
            long left = available.getAsLong() - beside;
            return Finding.failed(
                    NAME,
                    heapAndMachine() + "; TensorFlow with the model " + model + " takes at least " + (beside >> 20)
                            + " MiB beside the heap",
                    left >= LEAST_HEAP
                            ? "set MNC_JAVA_OPTS=-Xmx" + (left >> 20) + "m"
                            : "run it where there are at least " + Machine.gib(LEAST_HEAP + beside));
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

    private Finding executors() {
        SparkConf conf = new SparkConf(false);
        settings.values().forEach(conf::set);
        ExecutorMemory memory = ExecutorMemory.of(conf);
        String found = "heap " + Machine.gib(memory.heapMib() << 20)
                + (memory.isLimited() ? ", overhead " + Machine.gib(memory.overheadMib() << 20) : "");
        return memory.refusal(model, modelBytes)
                .map(refusal -> Finding.failed(EXECUTORS, String.valueOf(refusal.getMessage()), refusal.remedy()))
                .orElseGet(() -> Finding.ok(EXECUTORS, found));
    }
}
