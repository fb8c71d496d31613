package dev.mnc.evaluation.bootstrap;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The replicates of an evaluation.
 *
 * @param categories all categories of the ground truth, by id, with the same number of replicates; at least one
 */
public record Replicates(List<CategoryReplicates> categories) {

    public Replicates {
        categories = List.copyOf(categories);
        if (categories.stream()
                        .mapToInt(CategoryReplicates::replicates)
                        .distinct()
                        .count()
                != 1) {
            throw new IllegalArgumentException("replicates need categories, each the same number of them");
        }
    }

    /** Returns the number of replicates. */
    public int count() {
        return categories.get(0).replicates();
    }

    /**
     * Returns a number over some categories in each replicate: as in {@link dev.mnc.evaluation.curves.Measure#mean} the
     * mean of those that have something to be found in it, NaN if none has.
     *
     * @param number index of the number, from 0
     * @param chosen indices of the categories, rising
     */
    public double[] values(int number, IntStream chosen) {
        double[] sums = new double[count()];
        int[] counts = new int[count()];
        chosen.forEach(category -> {
            double[] values = categories.get(category).values(number);
            for (int i = 0; i < values.length; i++) {
                if (!Double.isNaN(values[i])) {
                    sums[i] += values[i];
                    counts[i]++;
                }
            }
        });
        Arrays.setAll(sums, i -> counts[i] == 0 ? Double.NaN : sums[i] / counts[i]);
        return sums;
    }
}
