package dev.mnc.evaluation.shapes;

import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The masks or boxes of one image in flat arrays, filled, compared and cleared over and over; nothing is allocated for
 * a shape or a pair. For one thread.
 *
 * <p>A mask is the sorted list of its foreground intervals {@code [start, end)}, in pixels counted down the columns, as
 * COCO's run lengths count them; intervals neither touch nor are empty. Two masks are compared only if their tight
 * boxes overlap, and then from the first interval on that can meet one of the other.
 */
public final class Shapes {

    private final Compat compat;
    private int count;
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] outlineFrom = new int[64];
    private int[] outlineTo = new int[64];
    private int[] rows = new int[64];
    private int[] columns = new int[64];
    private long[] pixels = new long[64];
    private double[] box = new double[256];
    private @Nullable Mask[] withEmptyRuns = new Mask[64];
    private int[] ends = new int[1 << 14];
    private int used;

    /**
     * Creates an empty set of shapes.
     *
     * @param compat the answer that is given about masks with empty runs
     */
    public Shapes(Compat compat) {
        this.compat = compat;
    }

    /** Forgets all shapes. */
    public void clear() {
        count = 0;
        used = 0;
    }

    /** Returns the number of shapes. */
    public int count() {
        return count;
    }

    /** Appends a box, px, and returns its index. */
    public int addBox(double x, double y, double width, double height) {
        int index = open(-1, 0);
        box[4 * index] = x;
        box[4 * index + 1] = y;
        box[4 * index + 2] = width;
        box[4 * index + 3] = height;
        return index;
    }

    /** Appends a mask and returns its index. */
    public int addMask(Mask mask) {
        int index = open(mask.height(), mask.width());
        reserve(mask.runCount() + 1);
        int position = 0;
        boolean emptyRun = false;
        int at = used;
        for (int i = 0; i < mask.runCount(); i++) {
            int end = position + mask.run(i);
            emptyRun |= i > 0 && end == position;
            if ((i & 1) == 1 && end > position) {
                at = interval(at, position, end);
            }
            position = end;
        }
        close(index, at);
        if (emptyRun && compat == Compat.PYCOCOTOOLS) {
            withEmptyRuns[index] = mask;
        }
        return index;
    }

    private int interval(int at, int start, int end) {
        if (at > used && ends[at - 1] == start) {
            ends[at - 1] = end;
            return at;
        }
        ends[at] = start;
        ends[at + 1] = end;
        return at + 2;
    }

    /**
     * Decodes a run-length text and appends the mask.
     *
     * @param text holds the text: see {@link Mask#ofCoco}
     * @param start its first byte
     * @param end behind its last byte
     * @param height rows of the mask, px
     * @param width columns of the mask, px
     * @return its index
     * @throws IllegalArgumentException if the text is malformed or does not cover the mask; nothing is appended
     */
    public int addText(byte[] text, int start, int end, int height, int width) {
        int index = open(height, width);
        reserve(end - start + 1);
        int at = decode(text, start, end, (long) height * width);
        if (at < 0) {
            count--;
            Mask mask = Mask.ofCoco(height, width, new String(text, start, end - start, StandardCharsets.ISO_8859_1));
            return addMask(mask);
        }
        close(index, at);
        return index;
    }

    /** Writes intervals behind the used ones; returns their end, or -1 if the slow way has to look at the text. */
    private int decode(byte[] text, int start, int end, long total) {
        int[] out = ends;
        int base = used;
        int at = base;
        long position = 0;
        long oneBefore = 0;
        long twoBefore = 0;
        int run = 0;
        int i = start;
        while (i < end) {
            int bits = text[i++] - 48;
            int all = bits;
            long value = bits & 0x1f;
            int shift = 5;
            while ((bits & 0x20) != 0) {
                if (i == end || shift > 30) {
                    return -1;
                }
                bits = text[i++] - 48;
                all |= bits;
                value |= (bits & 0x1fL) << shift;
                shift += 5;
            }
            if ((all & ~0x3f) != 0) {
                return -1;
            }
            if ((bits & 0x10) != 0) {
                value |= -1L << shift;
            }
            if (run > 2) {
                value += twoBefore;
            }
            long next = position + value;
            if (value <= 0 || next > total) {
                if (value != 0 || (run > 0 && compat == Compat.PYCOCOTOOLS)) {
                    return -1;
                }
            } else if ((run & 1) == 1) {
                if (at > base && out[at - 1] == position) {
                    out[at - 1] = (int) next;
                } else {
                    out[at++] = (int) position;
                    out[at++] = (int) next;
                }
            }
            position = next;
            twoBefore = oneBefore;
            oneBefore = value;
            run++;
        }
        return position == total && total <= Integer.MAX_VALUE ? at : -1;
    }

    /** Removes the shape that was appended last. */
    public void removeLast() {
        count--;
        used = from[count];
    }

    /** Prepares the shape that was appended last for comparisons of a type. */
    public void finish(int index, IouType type) {
        if (type == IouType.BOUNDARY) {
            int[] boundary = Boundary.of(mask(index));
            outlineFrom[index] = used;
            reserve(boundary.length);
            System.arraycopy(boundary, 0, ends, used, boundary.length);
            used += boundary.length;
            outlineTo[index] = used;
        }
    }

    private int open(int height, int width) {
        if (count == from.length) {
            int capacity = 2 * count;
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
            outlineFrom = Arrays.copyOf(outlineFrom, capacity);
            outlineTo = Arrays.copyOf(outlineTo, capacity);
            rows = Arrays.copyOf(rows, capacity);
            columns = Arrays.copyOf(columns, capacity);
            pixels = Arrays.copyOf(pixels, capacity);
            box = Arrays.copyOf(box, 4 * capacity);
            withEmptyRuns = Arrays.copyOf(withEmptyRuns, capacity);
        }
        from[count] = used;
        to[count] = used;
        outlineFrom[count] = used;
        outlineTo[count] = used;
        rows[count] = height;
        columns[count] = width;
        pixels[count] = 0;
        box[4 * count] = Double.NaN;
        withEmptyRuns[count] = null;
        return count++;
    }

    private void reserve(int length) {
        if (ends.length - used < length) {
            ends = Arrays.copyOf(ends, Math.max(2 * ends.length, Math.addExact(used, length)));
        }
    }

    private void close(int index, int end) {
        to[index] = end;
        pixels[index] = span(index).pixels();
        used = end;
    }

    /** Returns rows of the mask, px; -1 for a box. */
    public int height(int index) {
        return rows[index];
    }

    /** Returns columns of the mask, px. */
    public int width(int index) {
        return columns[index];
    }

    /** Returns the number of pixels of a mask. */
    public long pixels(int index) {
        return pixels[index];
    }

    /** Returns one number of the box, or of a mask's tight box, px: {@code side} 0 is x, 1 y, 2 width, 3 height. */
    public double box(int index, int side) {
        if (Double.isNaN(box[4 * index])) {
            findBox(index);
        }
        return box[4 * index + side];
    }

    /** Computes {@code rleToBbox} of pycocotools 2.0.11; all zeros for an empty mask. */
    private void findBox(int index) {
        int at = 4 * index;
        if (from[index] == to[index]) {
            Arrays.fill(box, at, at + 4, 0);
            return;
        }
        int height = rows[index];
        int left = ends[from[index]] / height;
        int right = (ends[to[index] - 1] - 1) / height;
        int top = height;
        int bottom = -1;
        int column = left * height;
        for (int i = from[index]; i < to[index]; i += 2) {
            int last = ends[i + 1] - 1;
            while (ends[i] - column >= height) {
                column += height;
            }
            if (last - column >= height) {
                top = 0;
                bottom = height - 1;
                break;
            }
            top = Math.min(top, ends[i] - column);
            bottom = Math.max(bottom, last - column);
        }
        box[at] = left;
        box[at + 1] = top;
        box[at + 2] = right - left + 1;
        box[at + 3] = bottom - top + 1;
    }

    /**
     * Returns the intersection over union with a ground truth, in the order of operations of pycocotools.
     *
     * @param index of one of these shapes
     * @param truths the shapes of the ground truth of the same image, of the same type
     * @param truth index of one of them
     * @param crowd whether that is a crowd: then the result is the share of this shape that lies within it
     * @return in [0, 1]; -1 if the masks are of different sizes but their boxes overlap
     */
    public double iou(int index, Shapes truths, int truth, Overlap crowd) {
        double both = boxIntersection(index, truths, truth);
        if (both < 0) {
            return 0;
        }
        if (rows[index] >= 0) {
            return maskIou(index, truths, truth, crowd);
        }
        double area = box[4 * index + 2] * box[4 * index + 3];
        double truthArea = truths.box[4 * truth + 2] * truths.box[4 * truth + 3];
        return both / (crowd == Overlap.CROWD ? area : area + truthArea - both);
    }

    /**
     * Returns an upper bound of {@link #iou} with an object that is no crowd: the IoU of two masks with as many pixels
     * that share as much as their boxes let them. Does not read the masks; of boxes it is the IoU itself.
     *
     * @return at least the IoU, in [0, 1]
     */
    public double iouAtMost(int index, Shapes truths, int truth) {
        if (rows[index] < 0) {
            return iou(index, truths, truth, Overlap.OBJECT);
        }
        double both = boxIntersection(index, truths, truth);
        if (both < 0) {
            return 0;
        }
        if (withEmptyRuns[index] != null && truths.withEmptyRuns[truth] != null) {
            return 1;
        }
        long shared = Math.min((long) both, Math.min(pixels[index], truths.pixels[truth]));
        return shared == 0 ? 0 : (double) shared / (pixels[index] + truths.pixels[truth] - shared);
    }

    /** Returns the area that two boxes share, or -1 if they share none. */
    private double boxIntersection(int index, Shapes truths, int truth) {
        double x = box(index, 0);
        double truthX = truths.box(truth, 0);
        int own = 4 * index;
        int offset = 4 * truth;
        double width = Math.min(box[own + 2] + x, truths.box[offset + 2] + truthX) - Math.max(x, truthX);
        if (width <= 0) {
            return -1;
        }
        double height = Math.min(box[own + 3] + box[own + 1], truths.box[offset + 3] + truths.box[offset + 1])
                - Math.max(box[own + 1], truths.box[offset + 1]);
        return height <= 0 ? -1 : width * height;
    }

    private double maskIou(int index, Shapes truths, int truth, Overlap crowd) {
        if (rows[index] != truths.rows[truth] || columns[index] != truths.columns[truth]) {
            return -1;
        }
        Mask mask = withEmptyRuns[index];
        Mask other = truths.withEmptyRuns[truth];
        if (mask != null && other != null) {
            return EmptyRuns.iou(mask, other, crowd);
        }
        long both = intersection(index, truths, truth);
        if (both == 0) {
            return 0;
        }
        long union = crowd == Overlap.CROWD ? pixels[index] : pixels[index] + truths.pixels[truth] - both;
        double iou = (double) both / union;
        if (crowd == Overlap.CROWD || outlineFrom[index] == outlineTo[index]) {
            return iou;
        }
        return Math.min(iou, outlineIou(index, truths, truth));
    }

    /** Returns the IoU of two outlines. Crowds never get here: the released code compares them by their masks alone. */
    private double outlineIou(int index, Shapes truths, int truth) {
        Span own = outline(index);
        Span other = truths.outline(truth);
        long both = own.intersection(other);
        return both == 0 ? 0 : (double) both / (own.pixels() + other.pixels() - both);
    }

    /** Returns the number of pixels of a mask that another covers too. */
    public long intersection(int index, Shapes others, int other) {
        return span(index).intersection(others.span(other));
    }

    private Span span(int index) {
        return new Span(ends, from[index], to[index]);
    }

    private Span outline(int index) {
        return new Span(ends, outlineFrom[index], outlineTo[index]);
    }

    /** Returns the mask of a shape. */
    Mask mask(int index) {
        int[] runs = new int[to[index] - from[index] + 1];
        int position = 0;
        int run = 0;
        for (int i = from[index]; i < to[index]; i++) {
            runs[run++] = ends[i] - position;
            position = ends[i];
        }
        runs[run] = rows[index] * columns[index] - position;
        return Mask.ofRuns(rows[index], columns[index], runs);
    }
}
