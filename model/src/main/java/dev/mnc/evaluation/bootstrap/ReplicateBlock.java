package dev.mnc.evaluation.bootstrap;

import java.util.ArrayList;
import java.util.List;

/**
 * A block of consecutive replicates that are computed in one go.
 *
 * @param first index of the first
 * @param count number of replicates, at least 1
 */
public record ReplicateBlock(int first, int count) {

    /**
     * The number of replicates in a block. The curves of a category in so many take 0.8 MB; and where there is one
     * category only, as many threads have work as there are blocks.
     */
    public static final int SIZE = 25;

    /** Returns the blocks of all replicates in order. */
    public static List<ReplicateBlock> all(int replicates) {
        List<ReplicateBlock> blocks = new ArrayList<>();
        for (int first = 0; first < replicates; first += SIZE) {
            blocks.add(new ReplicateBlock(first, Math.min(SIZE, replicates - first)));
        }
        return blocks;
    }
}
