package dev.mnc.jobs.evaluate.distributed;

import dev.mnc.evaluation.plan.Pass;
import dev.mnc.evaluation.plan.Tallies;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;

/** Adds up tallies that are too large for the driver to see those of every task. */
record AddTallies(Pass pass) implements Function2<byte[], byte[], byte[]> {

    @Override
    public byte[] call(byte[] one, byte[] other) {
        Tallies sum = Sent.object(one, Tallies.class);
        sum.add(Sent.object(other, Tallies.class), pass);
        return Sent.bytes(sum);
    }

    /** The bytes of a row of {@link Pieces}. */
    record Data() implements Function<Row, byte[]> {

        @Override
        public byte[] call(Row piece) {
            return piece.getAs(2);
        }
    }
}
