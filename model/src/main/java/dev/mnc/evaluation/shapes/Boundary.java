package dev.mnc.evaluation.shapes;

import dev.mnc.geometry.Mask;
import java.util.Arrays;

/**
 * The pixels of a mask within some distance of what is not the mask, or of the image's border ({@code mask_to_boundary}
 * of the released Boundary IoU code): what an erosion by a square takes away. The distance is 2 % of the image's
 * diagonal.
 *
 * <p>Takes masks whose foreground runs do not touch, as {@link Shapes} makes them.
 */
final class Boundary {

    private static final double SHARE_OF_DIAGONAL = 0.02;

    private final Mask mask;
    private final int height;
    private final int distance;
    private final int first;
    private final int columns;

    /** {@code [columns, height]}: 1 where the whole column within the distance belongs to the mask. */
    private final byte[] eroded;

    private Boundary(Mask mask, int distance) {
        this.mask = mask;
        this.height = mask.height();
        this.distance = distance;
        int start = mask.run(0);
        int end = 0;
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            position += mask.run(i);
            end = (i & 1) == 1 && mask.run(i) > 0 ? position : end;
        }
        this.first = start / height;
        this.columns = (end - 1) / height - first + 1;
        this.eroded = new byte[columns * height];
    }

    /**
     * Returns the distance for an image of this size, px; Python's {@code round} takes halves to the even neighbour.
     */
    static int distance(int height, int width) {
        double diagonal = Math.sqrt((double) height * height + (double) width * width);
        return Math.max(1, (int) Math.rint(SHARE_OF_DIAGONAL * diagonal));
    }

    /**
     * Returns the boundary of a mask as intervals {@code start, end, start, end, …} of pixels, counted down the
     * columns.
     */
    static int[] of(Mask mask) {
        return mask.area() == 0 ? new int[0] : new Boundary(mask, distance(mask.height(), mask.width())).intervals();
    }

    private int[] intervals() {
        erodeDown();
        byte[] inner = erodeAcross();
        int[] ends = new int[64];
        int count = 0;
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            int end = position + mask.run(i);
            for (int p = position; (i & 1) == 1 && p < end; p++) {
                if (inner[p - first * height] == 0) {
                    if (count > 0 && ends[count - 1] == p) {
                        ends[count - 1]++;
                    } else {
                        ends = count + 2 > ends.length ? Arrays.copyOf(ends, 2 * count) : ends;
                        ends[count++] = p;
                        ends[count++] = p + 1;
                    }
                }
            }
            position = end;
        }
        return Arrays.copyOf(ends, count);
    }

    private void erodeDown() {
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            int end = position + mask.run(i);
            for (int start = position; (i & 1) == 1 && start < end; ) {
                int columnEnd = Math.min(end, (start / height + 1) * height);
                int from = start - first * height + distance;
                int to = columnEnd - first * height - distance;
                if (from < to) {
                    Arrays.fill(eroded, from, to, (byte) 1);
                }
                start = columnEnd;
            }
            position = end;
        }
    }

    /**
     * Returns 1 for each pixel around which as many columns as the distance on both sides are 1; columns outside the
     * mask are 0.
     */
    private byte[] erodeAcross() {
        byte[] inner = new byte[eroded.length];
        int[] sums = new int[height];
        int window = 2 * distance + 1;
        for (int column = 0; column < columns; column++) {
            for (int y = 0; y < height; y++) {
                sums[y] = eroded[column * height + y] == 0 ? 0 : sums[y] + 1;
                if (sums[y] >= window) {
                    inner[(column - distance) * height + y] = 1;
                }
            }
        }
        return inner;
    }
}
