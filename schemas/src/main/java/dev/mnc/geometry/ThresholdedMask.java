package dev.mnc.geometry;

import java.util.Arrays;

/**
 * A square of mask probabilities that is stretched over a box and cut at a threshold, to tell which pixels are
 * foreground.
 *
 * <p>The result for each pixel is that of {@link SoftMask#column} and {@code >=}, to the bit. Most pixels need no
 * computed probability: between four neighbouring probabilities on the same side of the threshold every sample is on
 * that side too. In floating point an interpolated value may lie outside the two it lies between, but by no more than a
 * few roundings of their size. So only probabilities that keep a margin of 2⁻⁴⁰ of the mask's largest magnitude from
 * the threshold count as being on a side, where the roundings together are below 2⁻⁵⁰. Between others, NaN and infinity
 * among them, each sample is computed.
 *
 * <p>Immutable as long as the shared array does not change.
 */
public final class ThresholdedMask {

    private static final byte BACKGROUND = -1;
    private static final byte MIXED = 0;
    private static final byte FOREGROUND = 1;

    private final float[] values;
    private final int offset;
    private final int size;
    private final float threshold;
    /** The value from which all neighbours on make everything in between foreground. */
    private final double surelyForeground;
    /** The value up to which all neighbours make everything in between background. */
    private final double surelyBackground;
    /** The number of longs with one bit for each row. */
    private final int words;
    /**
     * {@code [size, words]}: for each column of pixels the rows, lowest bit first, at which a cell that is all
     * foreground begins. A cell lies between the pixels (x, y) and (x + 1, y + 1).
     */
    private final long[] foreground;
    /** As {@code foreground} for background; a cell that is neither is mixed. */
    private final long[] background;

    /**
     * Wraps one mask of an array of masks. The array is shared, not copied.
     *
     * @param values holds the mask's {@code size * size} probabilities row-major from {@code offset} on
     * @param offset index of the first probability
     * @param size side of the mask, at least 1
     * @param threshold least probability of a foreground pixel
     */
    public ThresholdedMask(float[] values, int offset, int size, float threshold) {
        SoftMask.requireMask(values, offset, size);
        this.values = values;
        this.offset = offset;
        this.size = size;
        this.threshold = threshold;
        int largest = 0;
        for (int i = offset; i < offset + size * size; i++) {
            // As integers, magnitudes have the order of the numbers, and infinity and NaN come last.
            largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
        }
        float magnitude = Float.intBitsToFloat(largest);
        double margin = Float.isFinite(magnitude) ? magnitude * 0x1p-40 : Double.NaN;
        this.surelyForeground = threshold + margin;
        // A value that rounds to a float below the threshold does not reach it.
        this.surelyBackground = Math.nextDown(threshold) - margin;
        this.words = (size + 63) >>> 6;
        this.foreground = new long[size * words];
        this.background = new long[size * words];
        mark();
        keepCells(foreground);
        keepCells(background);
    }

    /** Sets the bits of the pixels that are on one side. */
    private void mark() {
        for (int x = 0; x < size; x++) {
            for (int word = 0; word < words; word++) {
                long above = 0;
                long below = 0;
                int at = offset + (word << 6) * size + x;
                int rows = Math.min(size - (word << 6), 64);
                for (int y = 0; y < rows; y++) {
                    double value = values[at];
                    at += size;
                    above |= (value >= surelyForeground ? 1L : 0L) << y;
                    below |= (value <= surelyBackground ? 1L : 0L) << y;
                }
                foreground[x * words + word] = above;
                background[x * words + word] = below;
            }
        }
    }

    /** Keeps the bits of those cells whose four corners are set; beyond the border its pixels are repeated. */
    private void keepCells(long[] bits) {
        for (int x = 0; x < size; x++) {
            int here = x * words;
            int next = Math.min(x + 1, size - 1) * words;
            for (int word = 0; word < words; word++) {
                long both = bits[here + word] & bits[next + word];
                long under = both >>> 1;
                if (word < words - 1) {
                    under |= (bits[here + word + 1] & bits[next + word + 1]) << 63;
                } else {
                    under |= both & (1L << (size - 1));
                }
                bits[here + word] = both & under;
            }
        }
    }

    private byte cell(int x, int y) {
        int word = x * words + (y >>> 6);
        return side(foreground[word], background[word], y);
    }

    private static byte side(long foreground, long background, int bit) {
        return (byte) (((foreground >>> bit) & 1) - ((background >>> bit) & 1));
    }

    private byte side(double value) {
        if (value >= surelyForeground) {
            return FOREGROUND;
        }
        return value <= surelyBackground ? BACKGROUND : MIXED;
    }

    /**
     * Finds the rows at which one column of the stretched mask turns from background to foreground and back.
     *
     * @param across the box's columns
     * @param down the box's rows
     * @param x index of the column in {@code across}
     * @param edges receives the first row of foreground, the first row of background below it, and so on; room for
     *     {@code down.count() + 1}
     * @return number of edges, even
     */
    public int column(BilinearAxis across, BilinearAxis down, int x, int[] edges) {
        int left = offset + across.low(x);
        int right = offset + across.high(x);
        int strip = across.low(x) * words;
        int count = 0;
        long same = 0;
        for (int word = 0; word < words; word++) {
            long above = foreground[strip + word];
            long below = background[strip + word];
            // A cell on the same side as the one before it changes nothing. The sides of a word's last cell, lowest bit
            // foreground and the next one background, are stored for the first of the next word.
            long todo = ~((above & ((above << 1) | (same & 1))) | (below & ((below << 1) | (same >>> 1))));
            same = (above >>> 63) | ((below >>> 63) << 1);
            int end = Math.min(size, (word + 1) << 6);
            for (int row = next(todo, word); row < end; row = next(todo, word)) {
                todo &= todo - 1;
                byte side = side(above, below, row);
                if (side == MIXED) {
                    int upper = row * size;
                    int lower = Math.min(row + 1, size - 1) * size;
                    double first = across.between(x, values[left + upper], values[right + upper]);
                    double second = across.between(x, values[left + lower], values[right + lower]);
                    int cut = cut(down, row, first, second, edges, count);
                    count = cut >= 0 ? cut : sampleColumn(down, row, first, second, edges, count);
                } else {
                    count = turnTo(side, down.first(row), edges, count);
                }
            }
        }
        return turnTo(BACKGROUND, down.count(), edges, count);
    }

    /** Returns the row of the lowest bit of a word, beyond all rows if there is none. */
    private static int next(long bits, int word) {
        return bits == 0 ? Integer.MAX_VALUE : (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /**
     * The bits of some pixels in an array of longs, the lowest bit of a long first.
     *
     * @param longs the array, which may hold other bits too
     * @param first index of the long with the first bits of the first column
     * @param stride distance from one long of a column to the next, and from the last one to the next column
     * @param perColumn number of longs of a column
     * @param top bit of the first row
     */
    public record Bits(long[] longs, int first, int stride, int perColumn, int top) {

        private void add(int column, int number, long bits) {
            longs[first + stride * (column * perColumn + number)] |= bits;
        }

        private void add(int column, int row, boolean foreground) {
            int bit = top + row;
            add(column, bit >>> 6, (foreground ? 1L : 0L) << bit);
        }
    }

    /**
     * Sets one bit for each foreground pixel among some columns.
     *
     * @param across the box's columns
     * @param columns indices of some of them, ascending
     * @param down the rows
     * @param bits of those columns and rows
     */
    public void mark(BilinearAxis across, int[] columns, BilinearAxis down, Bits bits) {
        long[] sure = new long[bits.perColumn];
        int end;
        for (int begin = 0; begin < columns.length; begin = end) {
            int strip = across.low(columns[begin]);
            end = begin + 1;
            while (end < columns.length && across.low(columns[end]) == strip) {
                end++;
            }
            Arrays.fill(sure, 0);
            for (int word = 0; word < words; word++) {
                spread(foreground[strip * words + word], word << 6, down, bits.top, sure);
            }
            for (int i = begin; i < end; i++) {
                for (int number = 0; number < sure.length; number++) {
                    bits.add(i, number, sure[number]);
                }
            }
            for (int word = 0; word < words; word++) {
                long mixed = ~(foreground[strip * words + word] | background[strip * words + word]) & rows(word);
                for (; mixed != 0; mixed &= mixed - 1) {
                    int row = (word << 6) + Long.numberOfTrailingZeros(mixed);
                    sample(across, columns, begin, end, down, row, bits);
                }
            }
        }
    }

    /**
     * Sets the bits of those samples of a cell that are foreground, in the columns from {@code begin} up to
     * {@code end}.
     */
    private void sample(BilinearAxis across, int[] columns, int begin, int end, BilinearAxis down, int row, Bits bits) {
        int left = offset + across.low(columns[begin]);
        int right = offset + across.high(columns[begin]);
        int upper = row * size;
        int lower = Math.min(row + 1, size - 1) * size;
        int first = down.first(row);
        int last = down.first(row + 1);
        for (int i = begin; i < end; i++) {
            double above = across.between(columns[i], values[left + upper], values[right + upper]);
            double below = across.between(columns[i], values[left + lower], values[right + lower]);
            for (int y = first; y < last; y++) {
                bits.add(i, y, (float) down.between(y, above, below) >= threshold);
            }
        }
    }

    /** Sets the bits of the samples in some cells of a column. */
    private static void spread(long cells, int firstRow, BilinearAxis down, int y, long[] bits) {
        long rest = cells;
        while (rest != 0) {
            int start = Long.numberOfTrailingZeros(rest);
            int end = start + Long.numberOfTrailingZeros(~(rest >>> start));
            set(bits, y + down.first(firstRow + start), y + down.first(firstRow + end));
            rest = end < 64 ? rest & (-1L << end) : 0;
        }
    }

    /** Sets the bits from {@code begin} up to {@code end}. */
    private static void set(long[] bits, int begin, int end) {
        int at = begin;
        while (at < end) {
            int stop = Math.min(end, (at | 63) + 1);
            bits[at >>> 6] |= (-1L >>> (64 - (stop - at))) << at;
            at = stop;
        }
    }

    /** Returns the bits of a word that stand for rows. */
    private long rows(int word) {
        return -1L >>> (64 - Math.min(size - (word << 6), 64));
    }

    /**
     * Finds the columns at which one row turns from background to foreground and back, as {@link #column} does;
     * {@code edges} has room for {@code across.count() + 1}.
     */
    public int row(BilinearAxis across, BilinearAxis down, int y, int[] edges) {
        int upper = offset + down.low(y) * size;
        int lower = offset + down.high(y) * size;
        int count = 0;
        for (int column = 0; column < size; column++) {
            byte side = cell(column, down.low(y));
            if (side == MIXED) {
                int next = Math.min(column + 1, size - 1);
                // Not rounded as a sample is, since that is blended along the row first, but well within the margin.
                double left = down.between(y, values[upper + column], values[lower + column]);
                double right = down.between(y, values[upper + next], values[lower + next]);
                int cut = cut(across, column, left, right, edges, count);
                count = cut >= 0 ? cut : sampleRow(across, down, column, y, edges, count);
            } else {
                count = turnTo(side, across.first(column), edges, count);
            }
        }
        return turnTo(BACKGROUND, across.count(), edges, count);
    }

    /**
     * Returns the bounds of the foreground: its first column, first row, last column and last row, inclusive. In a mask
     * without foreground the last lie before the first.
     */
    public int[] reach(BilinearAxis across, BilinearAxis down) {
        int[] reach = notBackground(across, down);
        int[] edges = new int[Math.max(across.count(), down.count()) + 1];
        while (reach[0] <= reach[2] && column(across, down, reach[0], edges) == 0) {
            reach[0]++;
        }
        while (reach[0] < reach[2] && column(across, down, reach[2], edges) == 0) {
            reach[2]--;
        }
        while (reach[1] <= reach[3] && row(across, down, reach[1], edges) == 0) {
            reach[1]++;
        }
        while (reach[1] < reach[3] && row(across, down, reach[3], edges) == 0) {
            reach[3]--;
        }
        return reach;
    }

    /** Returns the bounds of the cells that are not all background. */
    private int[] notBackground(BilinearAxis across, BilinearAxis down) {
        int x1 = size;
        int y1 = size;
        int x2 = -1;
        int y2 = -1;
        for (int x = 0; x < size; x++) {
            for (int word = 0; word < words; word++) {
                long others = ~background[x * words + word] & rows(word);
                if (others != 0) {
                    x1 = Math.min(x1, x);
                    y1 = Math.min(y1, (word << 6) + Long.numberOfTrailingZeros(others));
                    x2 = x;
                    y2 = Math.max(y2, (word << 6) + 63 - Long.numberOfLeadingZeros(others));
                }
            }
        }
        return new int[] {across.first(x1), down.first(y1), across.first(x2 + 1) - 1, down.first(y2 + 1) - 1};
    }

    /** Adds the edges among the samples between two values of a line; returns -1 if each sample must be computed. */
    private int cut(BilinearAxis along, int cell, double first, double second, int[] edges, int count) {
        int begin = along.first(cell);
        int end = along.first(cell + 1);
        byte from = side(first);
        byte to = side(second);
        if (from == MIXED || to == MIXED) {
            return -1;
        }
        if (from == to) {
            return turnTo(from, begin, edges, count);
        }
        int at = Math.min(Math.max(along.after(cell + (threshold - first) / (second - first)), begin), end);
        double before = at > begin ? along.between(at - 1, first, second) : first;
        double after = at < end ? along.between(at, first, second) : second;
        if (side(before) != from || side(after) != to) {
            return -1;
        }
        return turnTo(to, at, edges, turnTo(from, begin, edges, count));
    }

    private int sampleColumn(BilinearAxis down, int row, double above, double below, int[] edges, int count) {
        int edge = count;
        for (int y = down.first(row); y < down.first(row + 1); y++) {
            edge = turnTo((float) down.between(y, above, below), y, edges, edge);
        }
        return edge;
    }

    private int sampleRow(BilinearAxis across, BilinearAxis down, int column, int y, int[] edges, int count) {
        int upper = offset + down.low(y) * size;
        int lower = offset + down.high(y) * size;
        int next = Math.min(column + 1, size - 1);
        int edge = count;
        for (int x = across.first(column); x < across.first(column + 1); x++) {
            double above = across.between(x, values[upper + column], values[upper + next]);
            double below = across.between(x, values[lower + column], values[lower + next]);
            edge = turnTo((float) down.between(y, above, below), x, edges, edge);
        }
        return edge;
    }

    private int turnTo(float probability, int at, int[] edges, int count) {
        return turnTo(probability >= threshold ? FOREGROUND : BACKGROUND, at, edges, count);
    }

    /**
     * Makes {@code at} an edge if another side starts there; two edges at one position cancel. Returns the number of
     * edges.
     */
    private static int turnTo(byte side, int at, int[] edges, int count) {
        if (side == FOREGROUND == isOdd(count)) {
            return count;
        }
        if (count > 0 && edges[count - 1] == at) {
            return count - 1;
        }
        edges[count] = at;
        return count + 1;
    }

    private static boolean isOdd(int count) {
        return (count & 1) == 1;
    }
}
