package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.matching.MatchRules;
import java.util.Arrays;

/**
 * The weighted number of false positives by replicate. A detection that found nothing is a false positive at every IoU
 * threshold of an area range, and is counted once for all of them. One in most area ranges is counted for all and taken
 * off the others, which pays where area ranges stand for rankings in each of which something else is corrected.
 */
final class FalsePositives {

    private final int thresholds;
    private final int replicates;
    private final long everyThreshold;
    private final long firstThresholds;
    private final double[] single;
    private final double[] whole;
    private final double[] every;
    private final int areas;

    FalsePositives(MatchRules rules, int replicates, double[] single) {
        this.thresholds = rules.thresholds();
        this.replicates = replicates;
        this.everyThreshold = -1L >>> (Long.SIZE - thresholds);
        this.firstThresholds = Long.divideUnsigned(rules.everything(), everyThreshold);
        this.single = single;
        this.areas = rules.areas();
        this.whole = new double[areas * replicates];
        this.every = new double[replicates];
    }

    /**
     * Returns those that count at every IoU threshold of their area range, {@code [area range][replicate]}; the array
     * itself.
     */
    double[] whole() {
        return whole;
    }

    /** Returns those that count in every area range on top of {@link #whole}, {@code [replicate]}; the array itself. */
    double[] every() {
        return every;
    }

    void add(long missed, double[] drawn) {
        long firsts = missed & firstThresholds;
        if (firsts * everyThreshold == missed && 2 * Long.bitCount(firsts) > areas + 1) {
            ReplicateCurves.addRow(every, 0, drawn);
            for (long left = firstThresholds & ~firsts; left != 0; left &= left - 1) {
                int at = Long.numberOfTrailingZeros(left) / thresholds * replicates;
                for (int i = 0; i < replicates; i++) {
                    whole[at + i] -= drawn[i];
                }
            }
        } else if (firsts * everyThreshold == missed) {
            for (long left = firsts; left != 0; left &= left - 1) {
                int area = Long.numberOfTrailingZeros(left) / thresholds;
                ReplicateCurves.addRow(whole, area * replicates, drawn);
            }
        } else {
            for (long left = missed; left != 0; left &= left - 1) {
                ReplicateCurves.addRow(single, Long.numberOfTrailingZeros(left) * replicates, drawn);
            }
        }
    }

    /** Adds those of all IoU thresholds to each single one. */
    void distribute() {
        for (int i = 0; i < single.length; i++) {
            single[i] += whole[i / (thresholds * replicates) * replicates + i % replicates] + every[i % replicates];
        }
        Arrays.fill(whole, 0);
        Arrays.fill(every, 0);
    }
}
