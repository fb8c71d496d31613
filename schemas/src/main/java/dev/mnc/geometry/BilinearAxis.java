package dev.mnc.geometry;

import java.util.Locale;

/**
 * Where the samples of one axis come from when an image is resized bilinearly: each lies between two neighbours.
 *
 * <p>Source: OpenCV's {@code resize} with {@code INTER_LINEAR}. Pixel i covers [i, i + 1), centres are mapped onto
 * centres (sample i reads at {@code (i + 0.5) * from / to - 0.5}), and beyond the first and last centre the border
 * pixel is repeated.
 */
public final class BilinearAxis {

    private final int[] low;
    private final int[] high;
    private final double[] weight;

    private BilinearAxis(int count) {
        low = new int[count];
        high = new int[count];
        weight = new double[count];
    }

    /** All samples of an axis resized from {@code from} to {@code to} pixels, both at least 1. */
    public static BilinearAxis resize(int from, int to) {
        return window(from, to, 0, to);
    }

    /**
     * The samples {@code first .. first + count - 1} of an axis resized from {@code from} to {@code to} pixels. They are
     * numbered from 0 here.
     *
     * @throws IllegalArgumentException if a size is below 1 or the window does not lie within {@code 0 .. to}
     */
    public static BilinearAxis window(int from, int to, int first, int count) {
        if (from < 1 || to < 1 || first < 0 || count < 0 || count > to - first) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "cannot take samples %d to %d of an axis resized from %d to %d px",
                    first,
                    (long) first + count - 1,
                    from,
                    to));
        }
        return samples(from, 0, to, first, count);
    }

    /**
     * The samples at the centres of the pixels {@code first .. first + count - 1} of an axis on which {@code from} pixels
     * are stretched from {@code low} to {@code high}, px. They are numbered from 0 here.
     *
     * @param low where the stretched pixels begin; continuous, pixel i covers [i, i + 1)
     * @param high where they end, above {@code low}
     */
    static BilinearAxis span(int from, double low, double high, int first, int count) {
        return samples(from, low, high - low, first, count);
    }

    private static BilinearAxis samples(int from, double start, double extent, int first, int count) {
        BilinearAxis axis = new BilinearAxis(count);
        for (int i = 0; i < count; i++) {
            double position = (first + i + 0.5 - start) * from / extent - 0.5;
            double inside = Math.min(Math.max(position, 0), from - 1);
            axis.low[i] = (int) inside;
            axis.high[i] = Math.min(axis.low[i] + 1, from - 1);
            axis.weight[i] = inside - axis.low[i];
        }
        return axis;
    }

    /** Number of samples. */
    public int count() {
        return low.length;
    }

    /** The pixel at or before sample {@code i}. */
    public int low(int i) {
        return low[i];
    }

    /** The pixel after sample {@code i}; {@link #low} itself at the far border. */
    public int high(int i) {
        return high[i];
    }

    /** The value at sample {@code i} between those of its two neighbours. */
    public double between(int i, double atLow, double atHigh) {
        return atLow * (1 - weight[i]) + atHigh * weight[i];
    }
}
