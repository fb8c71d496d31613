package dev.mnc.geometry;

import java.util.Arrays;
import java.util.Locale;

/**
 * A square of mask probabilities and what it looks like when stretched over a box.
 *
 * <p>Not safe for use by several threads: it keeps a scratch column.
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
        if (size < 1 || offset < 0 || values.length - offset < (long) size * size) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no %d x %d mask starts at index %d of %d probabilities",
                    size,
                    size,
                    offset,
                    values.length));
        }
        this.values = values;
        this.offset = offset;
        this.size = size;
        this.column = new double[size];
    }

    /**
     * One column of the stretched mask.
     *
     * @param across the box's columns
     * @param down the box's rows
     * @param x number of the column in {@code across}
     * @param into receives {@code down.count()} probabilities, from the top
     */
    public void column(BilinearAxis across, BilinearAxis down, int x, float[] into) {
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
        SoftMask mask = new SoftMask(soft, 0, size);
        int left = Math.max(x1, 0);
        int top = Math.max(y1, 0);
        int columns = Math.max(Math.min(x2, width - 1) - left + 1, 0);
        int rows = Math.max(Math.min(y2, height - 1) - top + 1, 0);
        if (columns == 0 || rows == 0) {
            return Mask.ofRuns(height, width, Math.multiplyExact(height, width));
        }
        BilinearAxis across = BilinearAxis.window(size, extent(x1, x2), left - x1, columns);
        BilinearAxis down = BilinearAxis.window(size, extent(y1, y2), top - y1, rows);
        float[] probabilities = new float[rows];
        Runs runs = new Runs();
        for (int x = 0; x < columns; x++) {
            mask.column(across, down, x, probabilities);
            int start = (left + x) * height + top;
            for (int y = 0; y < rows; y++) {
                if (probabilities[y] >= threshold != runs.foreground()) {
                    runs.turn(start + y);
                }
            }
            // A run goes on into the next column only if the box fills the image from top to bottom.
            if (runs.foreground() && (rows < height || x == columns - 1)) {
                runs.turn(start + rows);
            }
        }
        return runs.cover(height, width);
    }

    private static int extent(int first, int last) {
        return Math.addExact(Math.subtractExact(last, first), 1);
    }

    /** Run lengths in the making. */
    private static final class Runs {

        private int[] lengths = new int[64];
        private int count;
        private int start;

        boolean foreground() {
            return (count & 1) == 1;
        }

        void turn(int position) {
            if (count == lengths.length) {
                lengths = Arrays.copyOf(lengths, 2 * count);
            }
            lengths[count++] = position - start;
            start = position;
        }

        Mask cover(int height, int width) {
            int end = Math.multiplyExact(height, width);
            if (start < end) {
                turn(end);
            }
            return Mask.ofRuns(height, width, Arrays.copyOf(lengths, count));
        }
    }
}
