package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.plan.Counters;
import dev.mnc.evaluation.plan.EvaluationPlan;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;

/** Adds up tallies that are too large for the driver to see those of every task. */
record MergeCounters(EvaluationPlan pass) implements Function2<byte[], byte[], byte[]> {

    @Override
    public byte[] call(byte[] one, byte[] other) {
        Counters sum = SerializedObject.object(one, Counters.class);
        sum.add(SerializedObject.object(other, Counters.class), pass);
        return SerializedObject.bytes(sum);
    }

    /** The bytes of a row of {@link PartitionOutput}. */
    record Data() implements Function<Row, byte[]> {

        @Override
        public byte[] call(Row piece) {
            return piece.getAs(2);
        }
    }
}
