package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.curves.ImageWeights;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How many objects of a category there are to be found: in all, and in each replicate of a bootstrap. For one thread. */
public final class SdsObjects {

    private final @Nullable ImageWeights weights;
    private final double[] drawn;
    private final double[] inReplicates;
    private long count;

    /** @param weights null without a bootstrap */
    public SdsObjects(@Nullable ImageWeights weights) {
        this.weights = weights;
        this.drawn = new double[weights == null ? 0 : weights.replicates()];
        this.inReplicates = new double[drawn.length];
    }

    /** Counts the objects of an image, or some of them. */
    public void add(long imageId, long objects) {
        count += objects;
        if (weights != null) {
            weights.of(imageId, 0, drawn);
            Arrays.setAll(inReplicates, i -> inReplicates[i] + objects * drawn[i]);
        }
    }

    /** How many they are. */
    long count() {
        return count;
    }

    /** How many they are in some replicates that follow each other. */
    double[] inReplicates(int first, int replicates) {
        return Arrays.copyOfRange(inReplicates, first, first + replicates);
    }

    /** The numbers, to be sent elsewhere. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Double.BYTES * inReplicates.length);
        bytes.putLong(count);
        for (double its : inReplicates) {
            bytes.putDouble(its);
        }
        return bytes.array();
    }

    /** Adds what was counted elsewhere with the same weights. */
    void addBytes(byte[] sent) {
        ByteBuffer bytes = ByteBuffer.wrap(sent);
        count += bytes.getLong();
        for (int i = 0; i < inReplicates.length; i++) {
            inReplicates[i] += bytes.getDouble();
        }
    }
}
