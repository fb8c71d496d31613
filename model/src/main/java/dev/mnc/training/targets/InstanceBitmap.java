package dev.mnc.training.targets;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import java.util.Locale;

/**
 * A ground-truth instance as pixels of its tight box: computed once per image, read for every region that meets it.
 *
 * @param x column of the box's first pixel in the image, px
 * @param y row of the box's first pixel in the image, px
 * @param width columns of the box, at least 1
 * @param height rows of the box, at least 1
 * @param pixels {@code [height, width]} row-major, 1 where the instance is, else 0; shared, not copied
 */
public record InstanceBitmap(int x, int y, int width, int height, byte[] pixels) {

    public InstanceBitmap {
        if (width < 1 || height < 1 || pixels.length != (long) width * height) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an instance needs a pixel for each place of its box, got %d for %d x %d (width x height)",
                    pixels.length,
                    width,
                    height));
        }
    }

    /**
     * Cuts the instance out of a whole-image mask.
     *
     * @throws IllegalArgumentException if the mask is empty
     */
    public static InstanceBitmap of(Mask mask) {
        Box box = mask.boundingBox();
        int x = (int) box.x();
        int y = (int) box.y();
        int width = (int) box.width();
        int height = (int) box.height();
        byte[] pixels = new byte[Math.multiplyExact(width, height)];
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            int end = position + mask.run(i);
            for (int p = position; (i & 1) == 1 && p < end; p++) {
                pixels[(p % mask.height() - y) * width + p / mask.height() - x] = 1;
            }
            position = end;
        }
        return new InstanceBitmap(x, y, width, height, pixels);
    }

    /** Returns the same instance in the mirrored image. */
    public InstanceBitmap mirrored(int imageWidth) {
        byte[] flipped = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            flipped[i / width * width + width - 1 - i % width] = pixels[i];
        }
        return new InstanceBitmap(imageWidth - x - width, y, width, height, flipped);
    }

    /** Returns 1 where the instance is, 0 elsewhere, also outside the box. */
    int at(int column, int row) {
        int across = column - x;
        int down = row - y;
        return across >= 0 && across < width && down >= 0 && down < height ? pixels[down * width + across] : 0;
    }

    /** Returns the number of pixels of the instance. */
    int area() {
        int area = 0;
        for (byte pixel : pixels) {
            area += pixel;
        }
        return area;
    }
}
