package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.curves.ImageWeights;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The number of objects of a category to be found: in all, and in each replicate of a bootstrap. For one thread. */
public final class SdsObjects {

    private final @Nullable ImageWeights weights;
    private final double[] drawn;
    private final double[] inReplicates;
    private long count;

    /**
     * Creates counts of 0.
     *
     * @param weights null without a bootstrap
     */
    public SdsObjects(@Nullable ImageWeights weights) {
        this.weights = weights;
        this.drawn = new double[weights == null ? 0 : weights.replicates()];
        this.inReplicates = new double[drawn.length];
    }

    /** Counts the objects of an image, or some of them. */
    public void add(long imageId, long objects) {
        count += objects;
        if (weights != null) {
            weights.fill(imageId, 0, drawn);
            Arrays.setAll(inReplicates, i -> inReplicates[i] + objects * drawn[i]);
        }
    }

    /** Returns the number of objects. */
    long count() {
        return count;
    }

    /** Returns the number of objects in consecutive replicates. */
    double[] inReplicates(int first, int replicates) {
        return Arrays.copyOfRange(inReplicates, first, first + replicates);
    }

    /** Returns the numbers in serialized form. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Double.BYTES * inReplicates.length);
        bytes.putLong(count);
        for (double value : inReplicates) {
            bytes.putDouble(value);
        }
        return bytes.array();
    }

    /** Adds the numbers that {@link #toBytes} serialized, counted with the same weights. */
    void addBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        count += buffer.getLong();
        for (int i = 0; i < inReplicates.length; i++) {
            inReplicates[i] += buffer.getDouble();
        }
    }
}
