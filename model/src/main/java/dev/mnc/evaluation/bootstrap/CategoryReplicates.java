package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.coco.CategoryFigures;
import dev.mnc.evaluation.coco.Metric;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** The twelve numbers of one category in each replicate; NaN where the replicate has nothing to be found. */
public final class CategoryReplicates implements Serializable {

    private final long categoryId;
    private final int replicates;
    private final double[] values;

    private CategoryReplicates(long categoryId, int replicates, double[] values) {
        this.categoryId = categoryId;
        this.replicates = replicates;
        this.values = values;
    }

    static CategoryReplicates of(long categoryId, int replicates, IntFunction<CategoryFigures> figures) {
        double[] values = new double[Metric.values().length * replicates];
        for (int i = 0; i < replicates; i++) {
            CategoryFigures its = figures.apply(i);
            for (Metric metric : Metric.values()) {
                double value = metric.of(its);
                values[metric.index() * replicates + i] = value < 0 ? Double.NaN : value;
            }
        }
        return new CategoryReplicates(categoryId, replicates, values);
    }

    /** The category in all replicates, from what is known of it in some that follow each other. */
    public static CategoryReplicates joined(List<CategoryReplicates> blocks) {
        int replicates = blocks.stream().mapToInt(block -> block.replicates).sum();
        double[] values = new double[Metric.values().length * replicates];
        int first = 0;
        for (CategoryReplicates block : blocks) {
            if (block.categoryId != blocks.get(0).categoryId) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "replicates of category %d cannot follow those of category %d",
                        block.categoryId,
                        blocks.get(0).categoryId));
            }
            for (int metric = 0; metric < Metric.values().length; metric++) {
                System.arraycopy(
                        block.values, metric * block.replicates, values, metric * replicates + first, block.replicates);
            }
            first += block.replicates;
        }
        return new CategoryReplicates(blocks.get(0).categoryId, replicates, values);
    }

    /** The category. */
    public long categoryId() {
        return categoryId;
    }

    /** Number of replicates. */
    public int replicates() {
        return replicates;
    }

    /** A number in each replicate. */
    public double[] values(Metric metric) {
        int first = metric.index() * replicates;
        return Arrays.copyOfRange(values, first, first + replicates);
    }
}
