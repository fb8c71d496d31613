package dev.mnc.geometry;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The positions and weights of the samples of one axis when an image is resized bilinearly: each sample lies between
 * two neighbouring pixels.
 *
 * <p>Source: OpenCV's {@code resize} with {@code INTER_LINEAR}. Pixel i covers [i, i + 1), centres are mapped onto
 * centres (sample i reads at {@code (i + 0.5) * from / to - 0.5}), and beyond the first and last centre the border
 * pixel is repeated.
 */
public final class BilinearAxis {

    /** The longest side of whole axes that are cached: a few thousand sizes occur again with every image. */
    private static final int LONGEST_CACHED = 1024;

    /**
     * The cached axes, by the longer side, those that shrink after those that grow; with masks of 28 px together below
     * 10 MB.
     */
    private static final AtomicReferenceArray<BilinearAxis> CACHE =
            new AtomicReferenceArray<>(2 * (LONGEST_CACHED + 1));

    private final int last;
    private final int[] low;
    private final double[] weight;
    /** Number of samples before each pixel: those whose lower neighbour comes before it. */
    private final int[] before;
    /** The number of samples for each pixel of an evenly spaced axis. */
    private final double samplesPerPixel;
    /** The position, in samples, of the edge before the first pixel. */
    private final double origin;

    private BilinearAxis(int from, int count, double extent, double origin) {
        samplesPerPixel = extent / from;
        this.origin = origin;
        last = from - 1;
        low = new int[count];
        weight = new double[count];
        before = new int[from + 1];
    }

    /** Returns all samples of an axis resized from {@code from} to {@code to} pixels, both at least 1. */
    public static BilinearAxis resize(int from, int to) {
        requireWindow(from, to, 0, to);
        if (Math.max(from, to) > LONGEST_CACHED) {
            return samples(from, 0, to, 0, to);
        }
        int slot = from > to ? LONGEST_CACHED + 1 + from : to;
        BilinearAxis cached = CACHE.get(slot);
        if (cached == null || cached.last != from - 1 || cached.count() != to) {
            cached = samples(from, 0, to, 0, to);
            CACHE.set(slot, cached);
        }
        return cached;
    }

    /**
     * Returns the samples {@code first .. first + count - 1} of an axis resized from {@code from} to {@code to} pixels,
     * numbered from 0.
     *
     * @throws IllegalArgumentException if a size is below 1 or the window does not lie within {@code 0 .. to}
     */
    public static BilinearAxis window(int from, int to, int first, int count) {
        if (first == 0 && count == to) {
            return resize(from, to);
        }
        requireWindow(from, to, first, count);
        return samples(from, 0, to, first, count);
    }

    private static void requireWindow(int from, int to, int first, int count) {
        if (from < 1 || to < 1 || first < 0 || count < 0 || count > to - first) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "cannot take samples %d to %d of an axis resized from %d to %d px",
                    first,
                    (long) first + count - 1,
                    from,
                    to));
        }
    }

    /**
     * Returns some samples of this axis, numbered from 0.
     *
     * @param samples indices in this axis, ascending
     */
    public BilinearAxis pick(int[] samples) {
        BilinearAxis picked = new BilinearAxis(before.length - 1, samples.length, samples.length, -0.5);
        for (int i = 0; i < samples.length; i++) {
            picked.low[i] = low[samples[i]];
            picked.weight[i] = weight[samples[i]];
        }
        picked.index();
        return picked;
    }

    /**
     * Returns the samples at the centres of the pixels {@code first .. first + count - 1} of an axis on which
     * {@code from} pixels are stretched from {@code low} to {@code high}, px, numbered from 0.
     *
     * @param low start of the stretched pixels; continuous, pixel i covers [i, i + 1)
     * @param high end of the stretched pixels, above {@code low}
     */
    static BilinearAxis span(int from, double low, double high, int first, int count) {
        return samples(from, low, high - low, first, count);
    }

    private static BilinearAxis samples(int from, double start, double extent, int first, int count) {
        BilinearAxis axis = new BilinearAxis(from, count, extent, start - first - 0.5);
        for (int i = 0; i < count; i++) {
            double position = (first + i + 0.5 - start) * from / extent - 0.5;
            double inside = position <= 0 ? 0 : position >= axis.last ? axis.last : position;
            int low = (int) inside;
            axis.low[i] = low;
            axis.weight[i] = inside - low;
        }
        axis.index();
        return axis;
    }

    private void index() {
        int pixel = 0;
        for (int i = 0; i < low.length; i++) {
            while (pixel <= low[i]) {
                before[pixel++] = i;
            }
        }
        Arrays.fill(before, pixel, before.length, low.length);
    }

    /** Returns the number of samples. */
    public int count() {
        return low.length;
    }

    /** Returns the pixel at or before sample {@code i}. */
    public int low(int i) {
        return low[i];
    }

    /** Returns the pixel after sample {@code i}; {@link #low} itself at the far border. */
    public int high(int i) {
        return Math.min(low[i] + 1, last);
    }

    /**
     * Returns the first sample at or after a pixel, so that the samples between {@code pixel} and its successor are
     * those from {@code first(pixel)} up to, not including, {@code first(pixel + 1)}.
     *
     * @param pixel within {@code 0 .. from}
     */
    public int first(int pixel) {
        return before[pixel];
    }

    /**
     * Returns the approximate index of the first sample that does not lie before a point: with rounding, or samples
     * that are not evenly spaced, it may be another, even one that is not on this axis.
     *
     * @param point in pixels of the axis before resizing, pixel i centred on i
     */
    int after(double point) {
        double sample = (point + 0.5) * samplesPerPixel + origin;
        int whole = (int) sample;
        return sample > whole ? whole + 1 : whole;
    }

    /** Returns the weight of {@link #high} at sample {@code i}, in [0, 1]; {@link #low} has the rest. */
    double weight(int i) {
        return weight[i];
    }

    /** Returns the interpolated value at sample {@code i}. */
    public double between(int i, double atLow, double atHigh) {
        return atLow * (1 - weight[i]) + atHigh * weight[i];
    }
}
