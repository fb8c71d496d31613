package dev.mnc.geometry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * The outline of one object as COCO writes it: one or several closed rings, each a flat list x0, y0, x1, y1, … in px of
 * the image (pixel (c, r) covers [c, c + 1) x [r, r + 1)). A ring need not repeat its first point. What any ring
 * encloses belongs to the object.
 *
 * <p>Immutable. Arrays are copied on the way in and never handed out.
 */
public final class Polygon implements Serializable {

    /** The largest coordinate. No image is larger, and the traced outline stays within the range of an int. */
    private static final double FARTHEST = 1e7;

    private final double[][] rings;

    /**
     * Creates an outline.
     *
     * @param rings at least one; each an even number of coordinates, at least 6 (three points), finite and at most 10⁷
     *     in magnitude
     * @throws IllegalArgumentException if there is no ring or one of them is not such a list
     */
    public Polygon(double[]... rings) {
        requireNonNull(rings, "rings");
        if (rings.length == 0) {
            throw new IllegalArgumentException("polygon has no rings; at least one is needed");
        }
        this.rings = new double[rings.length][];
        for (int i = 0; i < rings.length; i++) {
            requireRing(i, rings[i]);
            this.rings[i] = rings[i].clone();
        }
    }

    /** Returns the outline of a box, corner by corner, as pycocotools does for a detection without segmentation. */
    public static Polygon ofBox(Box box) {
        double right = box.x() + box.width();
        double bottom = box.y() + box.height();
        return new Polygon(new double[] {box.x(), box.y(), box.x(), bottom, right, bottom, right, box.y()});
    }

    private static void requireRing(int index, double[] ring) {
        if (ring.length < 6 || ring.length % 2 != 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "ring %d of the polygon has %d numbers; it takes an even number of them, at least 6",
                    index,
                    ring.length));
        }
        for (double coordinate : ring) {
            if (!(Math.abs(coordinate) <= FARTHEST)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "ring %d of the polygon has the coordinate %s; legal are -10^7 .. 10^7",
                        index,
                        coordinate));
            }
        }
    }

    /** Returns the number of rings, at least 1. */
    public int ringCount() {
        return rings.length;
    }

    /** Returns a copy of ring {@code index}: x0, y0, x1, y1, …, px. */
    public double[] ring(int index) {
        return rings[index].clone();
    }

    /**
     * Returns the pixels inside, on an image of the given size: run for run those of pycocotools for the same lists
     * ({@code rleFrPoly} of maskApi.c for each ring, {@code rleMerge} over the rings). Parts outside the image are cut
     * off; a ring thinner than a pixel may leave nothing.
     *
     * @param height rows of the image, px, at least 1
     * @param width columns of the image, px, at least 1
     * @throws IllegalArgumentException if the size is not positive or the image has more than 2³¹ - 1 pixels
     */
    public Mask toMask(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "mask size must be within 1 .. 2^31 - 1 px, got %d x %d", height, width));
        }
        Mask mask = fill(rings[0], height, width);
        for (int i = 1; i < rings.length; i++) {
            mask = mask.union(fill(rings[i], height, width));
        }
        return mask;
    }

    private static Mask fill(double[] ring, int height, int width) {
        Crossings crossings = new Crossings(height, width);
        int points = ring.length / 2;
        for (int i = 0; i < points; i++) {
            int next = (i + 1) % points;
            crossings.traceEdge(
                    onGrid(ring[2 * i]), onGrid(ring[2 * i + 1]), onGrid(ring[2 * next]), onGrid(ring[2 * next + 1]));
        }
        return Mask.ofRuns(height, width, crossings.runs());
    }

    /**
     * Returns a coordinate in grid steps, five for each pixel; the cast rounds towards zero, as in C, and the result
     * depends on that.
     */
    private static int onGrid(double coordinate) {
        return (int) (Crossings.STEPS * coordinate + .5);
    }

    /**
     * The crossings of a traced outline from one pixel column into the next. Sorted by position they are the ends of
     * the runs.
     */
    private static final class Crossings {

        private static final int STEPS = 5;
        private static final int CENTRE = STEPS / 2;

        private final int height;
        private final int width;
        private int[] positions = new int[64];
        private int count;
        private int previousX;
        private int previousY;
        private boolean started;

        Crossings(int height, int width) {
            this.height = height;
            this.width = width;
        }

        /**
         * Traces an edge step by step along its longer axis; always computed from the lower end, for equal rounding.
         */
        void traceEdge(int fromX, int fromY, int toX, int toY) {
            int dx = Math.abs(toX - fromX);
            int dy = Math.abs(toY - fromY);
            boolean wide = dx >= dy;
            boolean flip = wide ? fromX > toX : fromY > toY;
            int startX = flip ? toX : fromX;
            int startY = flip ? toY : fromY;
            int endX = flip ? fromX : toX;
            int endY = flip ? fromY : toY;
            int steps = Math.max(dx, dy);
            // An edge between equal points has no slope; it adds the point itself.
            double slope = steps == 0 ? 0 : wide ? (double) (endY - startY) / dx : (double) (endX - startX) / dy;
            for (int step = 0; step <= steps; step++) {
                int t = flip ? steps - step : step;
                if (wide) {
                    visit(t + startX, (int) (startY + slope * t + .5));
                } else {
                    visit((int) (startX + slope * t + .5), t + startY);
                }
            }
        }

        private void visit(int x, int y) {
            if (started && x != previousX) {
                cross(x < previousX ? x : x - 1, Math.min(y, previousY));
            }
            started = true;
            previousX = x;
            previousY = y;
        }

        /** Adds a crossing if it is at the centre of a pixel column: the grid step {@code STEPS / 2} of that column. */
        private void cross(int gridX, int gridY) {
            int column = gridX / STEPS;
            // To the left of the image the remainder is negative.
            if (gridX - STEPS * column != CENTRE || column >= width) {
                return;
            }
            // The first row whose centre is not above the crossing.
            int row = Math.min(height, Math.max(0, gridY + STEPS - 1 - CENTRE) / STEPS);
            if (count + 1 == positions.length) {
                positions = Arrays.copyOf(positions, 2 * count + 2);
            }
            positions[count++] = column * height + row;
        }

        /** Returns the runs between the sorted crossings; a run of no pixels joins its two neighbours. */
        int[] runs() {
            positions[count++] = height * width;
            Arrays.sort(positions, 0, count);
            int[] runs = new int[count];
            int last = 0;
            runs[0] = positions[0];
            for (int i = 1; i < count; i++) {
                int run = positions[i] - positions[i - 1];
                if (run > 0) {
                    runs[++last] = run;
                } else if (++i < count) {
                    runs[last] += positions[i] - positions[i - 1];
                }
            }
            return Arrays.copyOf(runs, last + 1);
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Polygon that && Arrays.deepEquals(rings, that.rings);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(rings);
    }

    @Override
    public String toString() {
        return "Polygon" + Arrays.deepToString(rings);
    }
}
