package dev.mnc.pages;

import dev.mnc.geometry.Mask;
import java.util.Arrays;

/** The outline of a mask's pixels as an SVG path. */
final class MaskOutline {

    /** Directions of travel, clockwise on the screen: right, down, left, up. */
    private static final int[] STEP_X = {1, 0, -1, 0};

    private static final int[] STEP_Y = {0, 1, 0, -1};

    private final int height;
    private final int width;
    private final boolean[] covered;
    /** The pixels whose top edge has not been traced yet, by column-major position. */
    private final boolean[] open;

    private MaskOutline(Mask mask) {
        height = mask.height();
        width = mask.width();
        covered = new boolean[height * width];
        int position = 0;
        for (int run = 0; run < mask.runCount(); run++) {
            Arrays.fill(covered, position, position + mask.run(run), (run & 1) == 1);
            position += mask.run(run);
        }
        open = new boolean[covered.length];
    }

    /**
     * Returns the path data ({@code d}) of the mask's boundary, along pixel edges, in pixels of the image.
     *
     * <p>Outer rims run clockwise and holes the other way, so both fill rules give exactly the mask's pixels. Pixels
     * that touch at a corner only are separated.
     *
     * @return the empty text for an empty mask
     */
    static String path(Mask mask) {
        return new MaskOutline(mask).trace();
    }

    private String trace() {
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                open[x * height + y] = covered(x, y) && !covered(x, y - 1);
            }
        }
        StringBuilder path = new StringBuilder();
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                if (open[x * height + y]) {
                    appendRing(path, x, y);
                }
            }
        }
        return path.toString();
    }

    /**
     * Traces a loop with the mask on the right hand, starting along the top of a pixel; every loop has such an edge.
     */
    private void appendRing(StringBuilder path, int startX, int startY) {
        int x = startX;
        int y = startY;
        int direction = 0;
        int length = 0;
        path.append('M').append(x).append(' ').append(y);
        do {
            if (direction == 0) {
                open[x * height + y] = false;
            }
            x += STEP_X[direction];
            y += STEP_Y[direction];
            length++;
            int next = turn(x, y, direction);
            if (next != direction) {
                append(path, direction, length);
                direction = next;
                length = 0;
            }
        } while (x != startX || y != startY || direction != 0);
        path.append('Z');
    }

    /**
     * Returns the direction out of a grid point: right if the pixel ahead on the right is bare, left if both ahead are
     * covered.
     */
    private int turn(int x, int y, int direction) {
        if (!ahead(x, y, direction, direction + 1)) {
            return (direction + 1) & 3;
        }
        return ahead(x, y, direction, direction + 3) ? (direction + 3) & 3 : direction;
    }

    /** Returns whether the pixel ahead of a grid point, on the side that {@code side} points to, is covered. */
    private boolean ahead(int x, int y, int direction, int side) {
        int dx = STEP_X[direction] + STEP_X[side & 3];
        int dy = STEP_Y[direction] + STEP_Y[side & 3];
        return covered(dx > 0 ? x : x - 1, dy > 0 ? y : y - 1);
    }

    private boolean covered(int x, int y) {
        return x >= 0 && x < width && y >= 0 && y < height && covered[x * height + y];
    }

    private static void append(StringBuilder path, int direction, int length) {
        path.append((direction & 1) == 0 ? 'h' : 'v');
        path.append(direction < 2 ? length : -length);
    }
}
