package dev.mnc.training.targets;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Random draws without replacement. */
final class RandomChoice {

    private RandomChoice() {}

    /**
     * Draws some of the given numbers.
     *
     * @param from the numbers to draw from
     * @param limit most numbers to draw; a negative one counts as 0
     * @return all of {@code from} in its order if that is not above the limit, else {@code limit} of them in random
     *     order
     */
    static int[] of(int[] from, int limit, Random random) {
        int[] pool = from.clone();
        if (pool.length <= limit) {
            return pool;
        }
        int drawn = Math.max(limit, 0);
        for (int i = 0; i < drawn; i++) {
            int other = i + random.nextInt(pool.length - i);
            int chosen = pool[other];
            pool[other] = pool[i];
            pool[i] = chosen;
        }
        return Arrays.copyOf(pool, drawn);
    }

    /** Relabels a random surplus of the elements labelled {@code label}, so that at most {@code limit} remain. */
    static void thin(int[] labels, int label, int limit, int surplusLabel, Random random) {
        int[] indices = IntStream.range(0, labels.length)
                .filter(i -> labels[i] == label)
                .toArray();
        int surplus = indices.length - Math.max(limit, 0);
        for (int index : of(indices, surplus, random)) {
            labels[index] = surplusLabel;
        }
    }

    static int count(int[] labels, int label) {
        return (int) IntStream.of(labels).filter(l -> l == label).count();
    }
}
