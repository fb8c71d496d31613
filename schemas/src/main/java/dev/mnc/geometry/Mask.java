package dev.mnc.geometry;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A binary mask over a whole image, stored in COCO's run-length encoding.
 *
 * <p>Runs alternate background, foreground, background, … and always start with background, so the first run may be 0.
 * Pixels are taken in <b>column-major</b> order (down the first column, then the second): pixel (x, y) has position
 * {@code x * height + y}.
 *
 * <p>Immutable. Arrays are copied on the way in and never handed out.
 */
public final class Mask implements Serializable {

    /** The number of characters of the longest count: 32 bits, five a character. */
    private static final int LONGEST_COUNT = 7;

    private final int height;
    private final int width;
    private final int[] runs;

    private Mask(int height, int width, int[] runs) {
        this.height = height;
        this.width = width;
        this.runs = runs;
    }

    /**
     * Builds a mask from its run lengths.
     *
     * @param height rows of the image, px, at least 0
     * @param width columns of the image, px, at least 0
     * @param runs background and foreground run lengths in turn; they must sum to {@code height * width}
     * @throws IllegalArgumentException if a run is negative, the sum is wrong, or the image has more than 2³¹ - 1
     *     pixels
     */
    public static Mask ofRuns(int height, int width, int... runs) {
        requireCover(height, width, runs, runs.length);
        return new Mask(height, width, runs.clone());
    }

    /** Creates a mask of runs that are right by construction; the array is shared and must not change any more. */
    static Mask ofOwnRuns(int height, int width, int[] runs) {
        return new Mask(height, width, runs);
    }

    /**
     * Decodes the compressed form of COCO ({@code rleFrString} of pycocotools): five bits a character, the lowest
     * first, bit 32 marking continuation, characters offset by 48; from the fourth count on, each count is a difference
     * to the one two positions before.
     *
     * @throws IllegalArgumentException if a character lies outside {@code '0' .. 'o'}, the text ends inside a count, a
     *     run is negative, or the runs do not cover the image exactly
     */
    public static Mask ofCoco(int height, int width, String counts) {
        int[] runs = new int[counts.length()];
        int run = 0;
        int position = 0;
        while (position < counts.length()) {
            long value = 0;
            int shift = 0;
            boolean more = true;
            while (more) {
                if (position == counts.length()) {
                    throw new IllegalArgumentException("run-length text ends inside count " + run);
                }
                int bits = counts.charAt(position) - 48;
                if (bits < 0 || bits > 63) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "run-length text has the character '%s' (code %d) at position %d; legal are '0' to 'o'",
                            counts.charAt(position),
                            (int) counts.charAt(position),
                            position));
                }
                if (shift > 30) {
                    throw new IllegalArgumentException(
                            "run-length text has a count longer than 7 characters at position " + position);
                }
                position++;
                value |= (bits & 0x1fL) << shift;
                more = (bits & 0x20) != 0;
                shift += 5;
                if (!more && (bits & 0x10) != 0) {
                    value |= -1L << shift;
                }
            }
            if (run > 2) {
                value += runs[run - 2];
            }
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "run %d of the mask is %d; run lengths must be >= 0", run, value));
            }
            runs[run++] = (int) value;
        }
        requireCover(height, width, runs, run);
        return new Mask(height, width, Arrays.copyOf(runs, run));
    }

    /**
     * Checks a size.
     *
     * @throws IllegalArgumentException if a side is negative or there are more than 2³¹ - 1 pixels
     */
    static void requireSize(int height, int width) {
        if (height < 0 || width < 0 || (long) height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "mask size must be within 0 .. 2^31 - 1 px, got %d x %d", height, width));
        }
    }

    private static void requireCover(int height, int width, int[] runs, int count) {
        requireSize(height, width);
        long covered = 0;
        for (int i = 0; i < count; i++) {
            if (runs[i] < 0) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "run %d of the mask is %d; run lengths must be >= 0", i, runs[i]));
            }
            covered += runs[i];
        }
        if (covered != (long) height * width) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "runs cover %d px, but the image is %d x %d (height x width) = %d px",
                    covered,
                    height,
                    width,
                    (long) height * width));
        }
    }

    /** Returns the rows of the image, px. */
    public int height() {
        return height;
    }

    /** Returns the columns of the image, px. */
    public int width() {
        return width;
    }

    /** Returns the number of runs, background and foreground together. */
    public int runCount() {
        return runs.length;
    }

    /** Returns the length of run {@code index}, px; even indices are background. */
    public int run(int index) {
        return runs[index];
    }

    /** Returns the number of foreground pixels. */
    public long area() {
        long area = 0;
        for (int i = 1; i < runs.length; i += 2) {
            area += runs[i];
        }
        return area;
    }

    /** Returns the compressed form of COCO ({@code rleToString} of pycocotools), byte for byte. */
    public String toCoco() {
        byte[] text = new byte[2 * runs.length + LONGEST_COUNT];
        int length = 0;
        for (int i = 0; i < runs.length; i++) {
            if (text.length - length < LONGEST_COUNT) {
                text = Arrays.copyOf(text, 2 * text.length);
            }
            // A difference of run lengths lies within an int, since both are at least 0.
            int value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
            boolean more = true;
            while (more) {
                int bits = value & 0x1f;
                value >>= 5;
                more = (bits & 0x10) != 0 ? value != -1 : value != 0;
                text[length++] = (byte) ((more ? bits | 0x20 : bits) + 48);
            }
        }
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns the tight box of the foreground ({@code rleToBbox} of pycocotools 2.0.11); all zeros for an empty mask.
     */
    public Box boundingBox() {
        int left = width;
        int right = -1;
        int top = height;
        int bottom = -1;
        int column = 0;
        // The row of the run's first pixel, counted from the top of the column; usually a run starts in the next
        // column.
        int row = 0;
        for (int i = 0; i < runs.length; i++) {
            if (row >= height && height > 0) {
                int columns = row < 2L * height ? 1 : row / height;
                column += columns;
                row -= columns * height;
            }
            int run = runs[i];
            if ((i & 1) == 1 && run > 0) {
                left = Math.min(left, column);
                if (run <= height - row) {
                    right = column;
                    top = Math.min(top, row);
                    bottom = Math.max(bottom, row + run - 1);
                } else {
                    right = column + (int) (((long) row + run - 1) / height);
                    top = 0;
                    bottom = height - 1;
                }
            }
            row += run;
        }
        return right < 0 ? new Box(0, 0, 0, 0) : Box.ofInclusiveCorners(left, top, right, bottom);
    }

    /**
     * Returns the number of pixels in both masks; traverses both run lists once.
     *
     * @throws IllegalArgumentException if the masks differ in size
     */
    public long intersectionArea(Mask other) {
        requireSameSize(other);
        long intersection = 0;
        int i = 0;
        int j = 0;
        long endA = runs.length == 0 ? 0 : runs[0];
        long endB = other.runs.length == 0 ? 0 : other.runs[0];
        long position = 0;
        while (i < runs.length && j < other.runs.length) {
            long next = Math.min(endA, endB);
            if ((i & j & 1) == 1) {
                intersection += next - position;
            }
            position = next;
            if (endA == next && ++i < runs.length) {
                endA += runs[i];
            }
            if (endB == next && ++j < other.runs.length) {
                endB += other.runs[j];
            }
        }
        return intersection;
    }

    /**
     * Returns the pixels of either mask, in the fewest runs ({@code rleMerge} of pycocotools without
     * {@code intersect}).
     *
     * @throws IllegalArgumentException if the masks differ in size
     */
    public Mask union(Mask other) {
        requireSameSize(other);
        int[] merged = new int[runs.length + other.runs.length + 1];
        int last = 0;
        int i = 0;
        int j = 0;
        long endA = runs.length == 0 ? 0 : runs[0];
        long endB = other.runs.length == 0 ? 0 : other.runs[0];
        long position = 0;
        while (i < runs.length && j < other.runs.length) {
            long next = Math.min(endA, endB);
            boolean foreground = ((i | j) & 1) == 1;
            if (next > position && foreground != ((last & 1) == 1)) {
                last++;
            }
            merged[last] += (int) (next - position);
            position = next;
            if (endA == next && ++i < runs.length) {
                endA += runs[i];
            }
            if (endB == next && ++j < other.runs.length) {
                endB += other.runs[j];
            }
        }
        return new Mask(height, width, Arrays.copyOf(merged, last + 1));
    }

    /**
     * Returns the intersection over union with a ground-truth mask of the same image, equal to
     * {@code pycocotools.mask.iou} wherever that is right (it returns 0 for identical masks that both hold an empty run
     * at the same position; this does not).
     *
     * @return a value in [0, 1]; 0 when nothing overlaps
     * @throws IllegalArgumentException if the masks differ in size
     */
    public double iou(Mask truth, Overlap crowd) {
        long intersection = intersectionArea(truth);
        if (intersection == 0) {
            return 0;
        }
        long union = crowd == Overlap.CROWD ? area() : area() + truth.area() - intersection;
        return (double) intersection / (double) union;
    }

    private void requireSameSize(Mask other) {
        if (height != other.height || width != other.width) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "cannot combine a %d x %d mask with a %d x %d mask",
                    height,
                    width,
                    other.height,
                    other.width));
        }
    }

    /** Compares size and run lists; the same pixels in other runs are not equal. */
    @Override
    public boolean equals(Object o) {
        return o instanceof Mask that && height == that.height && width == that.width && Arrays.equals(runs, that.runs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(runs);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "Mask[%d x %d px, %d runs, area %d px]", height, width, runs.length, area());
    }
}
