package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.curves.ImageWeights;
import java.util.Locale;

/**
 * The weights of the Poisson bootstrap: each image counts 0, 1, 2 ... times, once on average, independently of all
 * others. times, once on average, independently of all others. A weight follows from the id of the image, the number of
 * the replicate and the seed alone, so it is the same in every process, whichever images that evaluates. With many
 * images this is drawing as many of them with replacement, but nobody has to know how many there are (Hanley and
 * MacGibbon, <em>Creating non-parametric bootstrap samples using Poisson frequencies</em>, 2006).
 *
 * <p>Random numbers are those of SplitMix64 (Steele, Lea, Flood 2014), started with seed and image; a number gives the
 * weights of two replicates. Probabilities are right to 2<sup>-32</sup>.
 *
 * @param replicates number of replicates, at least 2
 * @param seed any
 */
public record PoissonWeights(int replicates, long seed) implements ImageWeights {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int INDEX_BITS = 11;
    private static final byte UNDECIDED = -1;

    /** By k the numbers of 32 bits that stand for a weight of at most k. */
    private static final long[] CUMULATED = cumulated();

    /** By the upper bits of a number its weight, where these decide. */
    private static final byte[] BY_UPPER_BITS = byUpperBits();

    public PoissonWeights {
        if (replicates < 2) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a bootstrap needs at least 2 replicates, got %d", replicates));
        }
    }

    private static long[] cumulated() {
        long[] cumulated = new long[16];
        double probability = 0.36787944117144233; // exp(-1)
        double sum = 0;
        for (int k = 0; k < cumulated.length; k++) {
            sum += probability;
            cumulated[k] = Math.min(1L << Integer.SIZE, Math.round(sum * 0x1p32));
            probability /= k + 1;
        }
        cumulated[cumulated.length - 1] = 1L << Integer.SIZE;
        return cumulated;
    }

    private static byte[] byUpperBits() {
        byte[] weights = new byte[1 << INDEX_BITS];
        for (int upper = 0; upper < weights.length; upper++) {
            long least = (long) upper << (Integer.SIZE - INDEX_BITS);
            long most = least + (1L << (Integer.SIZE - INDEX_BITS)) - 1;
            weights[upper] = search(least) == search(most) ? (byte) search(least) : UNDECIDED;
        }
        return weights;
    }

    private static int search(long number) {
        int weight = 0;
        while (number >= CUMULATED[weight]) {
            weight++;
        }
        return weight;
    }

    private static int weight(long number) {
        int weight = BY_UPPER_BITS[(int) (number >>> (Integer.SIZE - INDEX_BITS))];
        return weight == UNDECIDED ? search(number) : weight;
    }

    static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public void fill(long image, int first, double[] into) {
        long start = mix(seed + mix((image & Long.MAX_VALUE) + GOLDEN));
        int from = 0;
        if ((first & 1) == 1 && into.length > 0) {
            into[0] = weight(mix(start + (first / 2 + 1) * GOLDEN) >>> Integer.SIZE);
            from = 1;
        }
        long state = start + ((first + from) / 2 + 1) * GOLDEN;
        for (int i = from; i < into.length; i += 2) {
            long number = mix(state);
            state += GOLDEN;
            into[i] = weight(number & 0xFFFFFFFFL);
            if (i + 1 < into.length) {
                into[i + 1] = weight(number >>> Integer.SIZE);
            }
        }
    }
}
