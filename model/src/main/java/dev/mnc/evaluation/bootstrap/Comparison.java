package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.curves.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Two runs on the same ground truth, in the same replicates.
 *
 * @param a the first
 * @param b the second
 */
public record Comparison(Resampled a, Resampled b) {

    public Comparison {
        if (a.point().type() != b.point().type()
                || !ids(a).equals(ids(b))
                || a.replicates().count() != b.replicates().count()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "runs are compared by one IoU type, in the same categories and replicates, got %s, %s, %d and %s, %s, %d",
                    a.point().type(),
                    ids(a),
                    a.replicates().count(),
                    b.point().type(),
                    ids(b),
                    b.replicates().count()));
        }
    }

    private static List<Long> ids(Resampled run) {
        return run.point().categories().stream().map(CategoryResult::categoryId).toList();
    }

    /** Returns the difference of a number over all categories. */
    public Difference of(Metric metric) {
        return Difference.of(a.point().metric(metric), b.point().metric(metric), a.values(metric), b.values(metric));
    }

    /**
     * Returns the difference of a number of one category.
     *
     * @param category its index among the categories
     */
    public Difference of(int category, Metric metric) {
        return Difference.of(
                metric.of(a.point().categories().get(category)),
                metric.of(b.point().categories().get(category)),
                a.values(category, metric),
                b.values(category, metric));
    }

    /**
     * Returns by category the chance of a difference in a number where there is none, corrected for looking at all
     * categories that have something to be found: see {@link Difference#holm}.
     *
     * @return NaN for categories that have nothing to be found
     */
    public double[] corrected(Metric metric) {
        List<CategoryResult> categories = a.point().categories();
        int[] withObjects = IntStream.range(0, categories.size())
                .filter(i -> metric.of(categories.get(i)) >= 0)
                .toArray();
        double[] holm = Difference.holm(IntStream.of(withObjects)
                .mapToDouble(i -> of(i, metric).chance())
                .toArray());
        double[] corrected = new double[categories.size()];
        Arrays.fill(corrected, Double.NaN);
        for (int i = 0; i < withObjects.length; i++) {
            corrected[withObjects[i]] = holm[i];
        }
        return corrected;
    }
}
