package dev.mnc.geometry;

/**
 * A square of mask probabilities that is stretched over a box and cut at a threshold: which pixels are foreground.
 *
 * <p>The answer for each pixel is that of {@link SoftMask#column} and {@code >=}, to the bit. Most are known without
 * computing a probability: between four neighbouring probabilities on the same side of the threshold every sample is on
 * that side too. In floating point an interpolated value may lie outside the two it lies between, but by no more than a
 * few roundings of their size. So only probabilities that keep a margin of 2⁻⁴⁰ of the mask's largest magnitude from the
 * threshold count as being on a side, where the roundings together are below 2⁻⁵⁰. Between others, NaN and infinity
 * among them, each sample is computed.
 *
 * <p>Immutable as long as the shared array is.
 */
public final class CutMask {

    private static final byte BACKGROUND = -1;
    private static final byte MIXED = 0;
    private static final byte FOREGROUND = 1;

    private final float[] values;
    private final int offset;
    private final int size;
    private final float threshold;
    /** At this value and above it everything in between is foreground. */
    private final double surelyForeground;
    /** At this value and below it everything in between is background. */
    private final double surelyBackground;
    /** {@code [size, size]} column by column: the side of all that lies between pixel (x, y) and (x + 1, y + 1). */
    private final byte[] cells;
    /**
     * {@code [size, size]}, for each column of cells from the top: the rows of those that are mixed or on another side than
     * the one above, then -1 if there is room. Only at these can foreground begin or end.
     */
    private final int[] turns;

    /**
     * Wraps one mask of an array of masks. The array is shared, not copied.
     *
     * @param values holds the mask's {@code size * size} probabilities row-major from {@code offset} on
     * @param offset index of the first probability
     * @param size side of the mask, at least 1
     * @param threshold least probability of a foreground pixel
     */
    public CutMask(float[] values, int offset, int size, float threshold) {
        SoftMask.requireMask(values, offset, size);
        this.values = values;
        this.offset = offset;
        this.size = size;
        this.threshold = threshold;
        float largest = 0;
        for (int i = offset; i < offset + size * size; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        double margin = largest * 0x1p-40;
        this.surelyForeground = threshold + margin;
        // Whatever rounds to a float below the threshold does not reach it.
        this.surelyBackground = Math.nextDown(threshold) - margin;
        this.cells = cells();
        this.turns = turns();
    }

    private byte[] cells() {
        byte[] sides = new byte[size * size];
        for (int x = 0; x < size; x++) {
            for (int y = 0; y < size; y++) {
                sides[x * size + y] = side(values[offset + y * size + x]);
            }
        }
        // In this order a cell's four corners still stand when it overwrites the first of them.
        for (int x = 0; x < size; x++) {
            int next = Math.min(x + 1, size - 1) * size;
            for (int y = 0; y < size; y++) {
                int below = Math.min(y + 1, size - 1);
                int at = x * size + y;
                boolean same = sides[at] == sides[x * size + below]
                        && sides[at] == sides[next + y]
                        && sides[at] == sides[next + below];
                sides[at] = same ? sides[at] : MIXED;
            }
        }
        return sides;
    }

    private int[] turns() {
        int[] rows = new int[size * size];
        for (int x = 0; x < size; x++) {
            int at = x * size;
            byte above = BACKGROUND;
            for (int y = 0; y < size; y++) {
                byte side = cells[x * size + y];
                if (side == MIXED || side != above) {
                    rows[at++] = y;
                }
                above = side;
            }
            if (at < (x + 1) * size) {
                rows[at] = -1;
            }
        }
        return rows;
    }

    private byte side(double value) {
        if (value >= surelyForeground) {
            return FOREGROUND;
        }
        return value <= surelyBackground ? BACKGROUND : MIXED;
    }

    /**
     * Where one column of the stretched mask turns from background to foreground and back.
     *
     * @param across the box's columns
     * @param down the box's rows
     * @param x number of the column in {@code across}
     * @param edges receives the first row of foreground, the first row of background below it, and so on; room for
     *     {@code down.count() + 1}
     * @return number of edges, even
     */
    public int column(BilinearAxis across, BilinearAxis down, int x, int[] edges) {
        int left = offset + across.low(x);
        int right = offset + across.high(x);
        int strip = across.low(x) * size;
        int count = 0;
        for (int i = strip; i < strip + size && turns[i] >= 0; i++) {
            int row = turns[i];
            byte side = cells[strip + row];
            if (side == MIXED) {
                int upper = row * size;
                int lower = Math.min(row + 1, size - 1) * size;
                double above = across.between(x, values[left + upper], values[right + upper]);
                double below = across.between(x, values[left + lower], values[right + lower]);
                count = cut(down, row, above, below, edges, count);
            } else {
                count = turnTo(side, down.first(row), edges, count);
            }
        }
        return turnTo(BACKGROUND, down.count(), edges, count);
    }

    /** The edges among the samples between two values of a column. */
    private int cut(BilinearAxis down, int row, double above, double below, int[] edges, int count) {
        int begin = down.first(row);
        int end = down.first(row + 1);
        byte from = side(above);
        byte to = side(below);
        if (from == to && from != MIXED) {
            return turnTo(from, begin, edges, count);
        }
        if (from != MIXED && to != MIXED) {
            int y = Math.min(Math.max(down.after(row + (threshold - above) / (below - above)), begin), end);
            double before = y > begin ? down.between(y - 1, above, below) : above;
            double after = y < end ? down.between(y, above, below) : below;
            if (side(before) == from && side(after) == to) {
                return turnTo(to, y, edges, turnTo(from, begin, edges, count));
            }
        }
        int edge = count;
        for (int y = begin; y < end; y++) {
            boolean foreground = (float) down.between(y, above, below) >= threshold;
            edge = turnTo(foreground ? FOREGROUND : BACKGROUND, y, edges, edge);
        }
        return edge;
    }

    /** Makes {@code at} an edge if it starts another side than what is above; two edges in one place are none. */
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
