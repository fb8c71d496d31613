package dev.mnc.geometry;

import java.util.Arrays;
import java.util.Locale;

/**
 * A square of mask probabilities that can be stretched over a box.
 *
 * <p>Not safe for use by several threads: it has a scratch column.
 */
public final class SoftMask {

    private final float[] values;
    private final int offset;
    private final int size;
    private final double[] column;

    /**
     * Wraps one mask of an array of masks. The array is shared, not copied.
     *
     * @param values holds the mask's {@code size * size} probabilities row-major from {@code offset} on
     * @param offset index of the first probability
     * @param size side of the mask, at least 1
     */
    public SoftMask(float[] values, int offset, int size) {
        requireMask(values, offset, size);
        this.values = values;
        this.offset = offset;
        this.size = size;
        this.column = new double[size];
    }

    static void requireMask(float[] values, int offset, int size) {
        if (size < 1 || offset < 0 || values.length - offset < (long) size * size) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no %d x %d mask starts at index %d of %d probabilities",
                    size,
                    size,
                    offset,
                    values.length));
        }
    }

    /**
     * Computes one column of the stretched mask.
     *
     * @param across the box's columns
     * @param down the box's rows
     * @param x index of the column in {@code across}
     * @param into receives {@code down.count()} probabilities, from the top
     */
    public void computeColumn(BilinearAxis across, BilinearAxis down, int x, float[] into) {
        int low = offset + across.low(x);
        int high = offset + across.high(x);
        for (int row = 0; row < size; row++) {
            column[row] = across.between(x, values[low + row * size], values[high + row * size]);
        }
        for (int y = 0; y < down.count(); y++) {
            into[y] = (float) down.between(y, column[down.low(y)], column[down.high(y)]);
        }
    }

    /**
     * Stretches a soft mask over a box of an image and keeps the pixels that reach a threshold, as {@code cv2.resize}
     * (bilinear) and {@code >=} would. Pixels of the box outside the image are dropped; the image itself is never
     * allocated.
     *
     * @param soft {@code [size, size]} probabilities, row-major
     * @param size side of the soft mask, at least 1
     * @param x1 first column of the box, px; may lie outside the image, as may the other corners
     * @param y1 first row of the box
     * @param x2 last column of the box, inclusive, at least {@code x1}
     * @param y2 last row of the box, inclusive, at least {@code y1}
     * @param height rows of the image, px
     * @param width columns of the image, px
     * @param threshold least probability of a foreground pixel
     * @return the mask over the whole image, possibly empty
     */
    public static Mask paste(
            float[] soft, int size, int x1, int y1, int x2, int y2, int height, int width, float threshold) {
        if (x2 < x1 || y2 < y1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "box (%d, %d, %d, %d) is empty; its last column and row must not lie before the first",
                    x1,
                    y1,
                    x2,
                    y2));
        }
        ThresholdedMask mask = new ThresholdedMask(soft, 0, size, threshold);
        int left = Math.max(x1, 0);
        int top = Math.max(y1, 0);
        int columns = Math.max(Math.min(x2, width - 1) - left + 1, 0);
        int rows = Math.max(Math.min(y2, height - 1) - top + 1, 0);
        if (columns == 0 || rows == 0) {
            return empty(height, width);
        }
        BilinearAxis across = BilinearAxis.window(size, extent(x1, x2), left - x1, columns);
        BilinearAxis down = BilinearAxis.window(size, extent(y1, y2), top - y1, rows);
        return stretched(mask, across, left, down, top, new Frame(height, width));
    }

    /**
     * Stretches a soft mask over a box with continuous coordinates and keeps the pixels whose centre lies in the box
     * and whose probability there reaches a threshold. Where the box's edges lie between pixels this is the same as
     * {@link #paste(float[], int, int, int, int, int, int, int, float)}.
     *
     * @param soft {@code [size, size]} probabilities, row-major
     * @param size side of the soft mask, at least 1
     * @param box px; may lie outside the image or be empty
     * @param height rows of the image, px
     * @param width columns of the image, px
     * @param threshold least probability of a foreground pixel
     * @return the mask over the whole image, possibly empty
     */
    public static Mask paste(float[] soft, int size, Box box, int height, int width, float threshold) {
        ThresholdedMask mask = new ThresholdedMask(soft, 0, size, threshold);
        int left = firstCentre(box.x(), width);
        int top = firstCentre(box.y(), height);
        int columns = firstCentre(box.x() + box.width(), width) - left;
        int rows = firstCentre(box.y() + box.height(), height) - top;
        if (columns == 0 || rows == 0) {
            return empty(height, width);
        }
        BilinearAxis across = BilinearAxis.span(size, box.x(), box.x() + box.width(), left, columns);
        BilinearAxis down = BilinearAxis.span(size, box.y(), box.y() + box.height(), top, rows);
        return stretched(mask, across, left, down, top, new Frame(height, width));
    }

    /** Returns the first pixel of an axis whose centre does not lie before a point; {@code length} if there is none. */
    private static int firstCentre(double point, int length) {
        return (int) Math.min(Math.max(Math.ceil(point - 0.5), 0), length);
    }

    /**
     * Keeps the pixels of a whole-image soft mask that reach a threshold.
     *
     * @param soft {@code [height, width]} probabilities, row-major
     * @param threshold least probability of a foreground pixel
     */
    public static Mask cut(float[] soft, int height, int width, float threshold) {
        if (soft.length != Math.multiplyExact(height, width)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "a mask of %d x %d px cannot have %d probabilities", width, height, soft.length));
        }
        Frame frame = new Frame(height, width);
        Runs runs = new Runs(width);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                if (soft[y * width + x] >= threshold != runs.foreground()) {
                    runs.turn(x * height + y);
                }
            }
        }
        return runs.cover(frame);
    }

    private static Mask empty(int height, int width) {
        return Mask.ofRuns(height, width, height * width);
    }

    /** Size of an image, px. */
    private record Frame(int height, int width) {

        Frame {
            Mask.requireSize(height, width);
        }
    }

    /** Returns the mask stretched over the window of the image that the axes sample, at least one pixel of it. */
    private static Mask stretched(
            ThresholdedMask mask, BilinearAxis across, int left, BilinearAxis down, int top, Frame frame) {
        int[] edges = new int[down.count() + 1];
        Runs runs = new Runs(across.count());
        for (int x = 0; x < across.count(); x++) {
            int count = mask.column(across, down, x, edges);
            int start = (left + x) * frame.height() + top;
            for (int i = 0; i < count; i++) {
                runs.turn(start + edges[i]);
            }
        }
        return runs.cover(frame);
    }

    private static int extent(int first, int last) {
        return Math.addExact(Math.subtractExact(last, first), 1);
    }

    /** A builder of run lengths. */
    private static final class Runs {

        private int[] lengths;
        private int count;
        private int start;

        /**
         * Starts without runs.
         *
         * @param columns number of columns with foreground; usually a column has two runs
         */
        Runs(int columns) {
            lengths = new int[2 * Math.min(columns, 1 << 20) + 2];
        }

        boolean foreground() {
            return (count & 1) == 1;
        }

        void turn(int position) {
            if (position == start && count > 0) {
                // A run that reaches the image's border continues in the next column.
                start -= lengths[--count];
                return;
            }
            if (count == lengths.length) {
                lengths = Arrays.copyOf(lengths, 2 * count);
            }
            lengths[count++] = position - start;
            start = position;
        }

        Mask cover(Frame frame) {
            int end = frame.height() * frame.width();
            if (start < end) {
                turn(end);
            }
            return Mask.ofOwnRuns(frame.height(), frame.width(), Arrays.copyOf(lengths, count));
        }
    }
}
