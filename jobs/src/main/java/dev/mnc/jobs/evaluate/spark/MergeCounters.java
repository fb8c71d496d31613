package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.plan.Counters;
import dev.mnc.evaluation.plan.EvaluationPlan;
import org.apache.spark.api.java.function.Function2;

/** Adds up counters that are too large for the driver to see those of every task. */
record MergeCounters(EvaluationPlan plan) implements Function2<byte[], byte[], byte[]> {

    @Override
    public byte[] call(byte[] one, byte[] other) {
        Counters sum = SerializedObject.object(one, Counters.class);
        sum.add(SerializedObject.object(other, Counters.class), plan);
        return SerializedObject.bytes(sum);
    }
}
