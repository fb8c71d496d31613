package dev.mnc.jobs.evaluate.spark.shuffle;

import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.reflect.ClassTag;

/** Partitions whose number is the key; where there are fewer, the remainder of the key divided by their count. */
public final class NumberedPartitions extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int partitions;

    private NumberedPartitions(int partitions) {
        this.partitions = partitions;
    }

    /** Returns the same bytes, each in the partition of its key, in no order. */
    public static JavaRDD<Tuple2<Integer, byte[]>> of(JavaPairRDD<Integer, byte[]> keyed, int partitions) {
        ClassTag<Integer> keys = ClassTag.apply(Integer.class);
        ClassTag<byte[]> values = ClassTag.apply(byte[].class);
        return new ShuffledRDD<Integer, byte[], byte[]>(
                        keyed.rdd(), new NumberedPartitions(partitions), keys, values, values)
                .setSerializer(new ChunkSerializer())
                .toJavaRDD();
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object key) {
        return (Integer) key % partitions;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NumberedPartitions same && same.partitions == partitions;
    }

    @Override
    public int hashCode() {
        return partitions;
    }
}
