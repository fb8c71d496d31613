package dev.mnc.evaluation.curves;

import java.io.Serializable;
import java.util.Arrays;

/** The image of each object that is to be found, once for each area range it belongs to. For one thread. */
public final class PositiveImages implements Serializable {

    private int count;
    private long[] images = {};
    private int[] cells = {};

    /** Adds an object; {@code cell} is {@code category * areas + area}. */
    void add(long image, int cell) {
        reserve(1);
        images[count] = image;
        cells[count] = cell;
        count++;
    }

    /** Adds the objects of another collection. */
    public void add(PositiveImages other) {
        reserve(other.count);
        System.arraycopy(other.images, 0, images, count, other.count);
        System.arraycopy(other.cells, 0, cells, count, other.count);
        count += other.count;
    }

    private void reserve(int more) {
        if (count + more > images.length) {
            int capacity = Math.max(64, Math.max(2 * images.length, count + more));
            images = Arrays.copyOf(images, capacity);
            cells = Arrays.copyOf(cells, capacity);
        }
    }

    /**
     * Returns the weighted number of objects to be found in each replicate.
     *
     * @param categories number of categories
     * @param areas number of area ranges
     * @param first index of the first replicate
     * @param replicates number of replicates
     * @return by category {@code [area range][replicate]}, whole numbers
     */
    public double[][] weighted(int categories, int areas, ImageWeights weights, int first, int replicates) {
        double[][] weighted = new double[categories][areas * replicates];
        double[] drawn = new double[replicates];
        for (int i = 0; i < count; i++) {
            if (i == 0 || images[i] != images[i - 1]) {
                weights.fill(images[i], first, drawn);
            }
            double[] row = weighted[cells[i] / areas];
            int at = cells[i] % areas * replicates;
            for (int r = 0; r < replicates; r++) {
                row[at + r] += drawn[r];
            }
        }
        return weighted;
    }
}
