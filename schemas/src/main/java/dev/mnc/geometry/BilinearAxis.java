package dev.mnc.geometry;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where the samples of one axis come from when an image is resized bilinearly: each lies between two neighbours.
 *
 * <p>Source: OpenCV's {@code resize} with {@code INTER_LINEAR}. Pixel i covers [i, i + 1), centres are mapped onto
 * centres (sample i reads at {@code (i + 0.5) * from / to - 0.5}), and beyond the first and last centre the border
 * pixel is repeated.
 */
public final class BilinearAxis {

    /** Whole axes of up to so many pixels on both sides are kept: a few thousand sizes come up again with every image. */
    private static final int LONGEST_KEPT = 1024;

    /** By the longer side, those that shrink after those that grow; with masks of 28 px together below 10 MB. */
    private static final AtomicReferenceArray<BilinearAxis> KEPT = new AtomicReferenceArray<>(2 * (LONGEST_KEPT + 1));

    private final int last;
    private final int[] low;
    private final double[] weight;
    /** Number of samples before each pixel: those whose lower neighbour comes before it. */
    private final int[] before;
    /** Of an even axis. */
    private final double samplesPerPixel;
    /** Number of the sample at the edge before the first pixel. */
    private final double origin;

    private BilinearAxis(int from, int count, double extent, double origin) {
        samplesPerPixel = extent / from;
        this.origin = origin;
        last = from - 1;
        low = new int[count];
        weight = new double[count];
        before = new int[from + 1];
    }

    /** All samples of an axis resized from {@code from} to {@code to} pixels, both at least 1. */
    public static BilinearAxis resize(int from, int to) {
        requireWindow(from, to, 0, to);
        if (Math.max(from, to) > LONGEST_KEPT) {
            return samples(from, 0, to, 0, to);
        }
        int slot = from > to ? LONGEST_KEPT + 1 + from : to;
        BilinearAxis kept = KEPT.get(slot);
        if (kept == null || kept.last != from - 1 || kept.count() != to) {
            kept = samples(from, 0, to, 0, to);
            KEPT.set(slot, kept);
        }
        return kept;
    }

    /**
     * The samples {@code first .. first + count - 1} of an axis resized from {@code from} to {@code to} pixels. They are
     * numbered from 0 here.
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
     * Some samples of this axis, numbered from 0 there.
     *
     * @param samples their numbers here, ascending
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
        return Math.min(low[i] + 1, last);
    }

    /**
     * The first sample at or after a pixel, so that the samples between {@code pixel} and its successor are those from
     * {@code first(pixel)} up to, not including, {@code first(pixel + 1)}.
     *
     * @param pixel within {@code 0 .. from}
     */
    public int first(int pixel) {
        return before[pixel];
    }

    /**
     * About the first sample that does not lie before a point: rounding, or samples that are not evenly spaced, may make it
     * another, even one that is not on this axis.
     *
     * @param point in pixels of the axis before resizing, pixel i centred on i
     */
    int after(double point) {
        double sample = (point + 0.5) * samplesPerPixel + origin;
        int whole = (int) sample;
        return sample > whole ? whole + 1 : whole;
    }

    /** How much {@link #high} counts at sample {@code i}, in [0, 1]; {@link #low} counts the rest. */
    double weight(int i) {
        return weight[i];
    }

    /** The value at sample {@code i} between those of its two neighbours. */
    public double between(int i, double atLow, double atHigh) {
        return atLow * (1 - weight[i]) + atHigh * weight[i];
    }
}
