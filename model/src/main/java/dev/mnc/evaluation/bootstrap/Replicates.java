package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.coco.Metric;
import java.util.Arrays;
import java.util.List;

/**
 * An evaluation in each replicate.
 *
 * @param categories all of the ground truth, by id, with the same number of replicates; at least one
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

    /** Number of replicates. */
    public int count() {
        return categories.get(0).replicates();
    }

    /**
     * A number over all categories in each replicate: as in {@link dev.mnc.evaluation.coco.EvaluationResult#metric} the
     * mean of those that have something to be found in it, NaN if none has.
     */
    public double[] values(Metric metric) {
        double[] sums = new double[count()];
        int[] counts = new int[count()];
        for (CategoryReplicates category : categories) {
            double[] values = category.values(metric);
            for (int i = 0; i < values.length; i++) {
                if (!Double.isNaN(values[i])) {
                    sums[i] += values[i];
                    counts[i]++;
                }
            }
        }
        Arrays.setAll(sums, i -> counts[i] == 0 ? Double.NaN : sums[i] / counts[i]);
        return sums;
    }
}
