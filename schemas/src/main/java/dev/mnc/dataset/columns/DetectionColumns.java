package dev.mnc.dataset.columns;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Detections in columns, one for each field: about 60 bytes each and the text of their masks. Filled by one thread,
 * then read by any number.
 *
 * <p>Masks stay the run-length texts of the file, as bytes. The rare other forms of a segmentation are stored as
 * objects.
 */
public final class DetectionColumns {

    private static final int BOX = 1;
    private static final int TEXT = 2;
    private static final int OTHER = 4;
    private static final int FIRST_CAPACITY = 128;
    private static final char LATIN_1 = 0xff;

    /** Stands for characters beyond Latin-1 in a run-length text, which is malformed with either. */
    private static final char UNREPRESENTABLE = '\u00bf';

    private int count;
    private long[] ordinals;
    private long[] imageIds;
    private long[] categoryIds;
    private double[] scores;
    private double[] boxes;
    private int[] textStarts;
    private int[] heights;
    private int[] widths;
    private byte[] text;
    private int textEnd;
    private final Map<Integer, Segmentation> others = new HashMap<>();

    private DetectionColumns(DetectionColumns from) {
        count = from.count;
        ordinals = from.ordinals;
        imageIds = from.imageIds;
        categoryIds = from.categoryIds;
        scores = from.scores;
        boxes = from.boxes;
        textStarts = from.textStarts;
        heights = from.heights;
        widths = from.widths;
        text = from.text;
        textEnd = from.textEnd;
        others.putAll(from.others);
    }

    /** Creates empty columns. */
    public DetectionColumns() {
        this(1 << 12);
    }

    /**
     * Creates empty columns.
     *
     * @param textLength expected number of bytes of text; only a guess
     */
    DetectionColumns(int textLength) {
        text = new byte[Math.max(1 << 12, textLength)];
        ordinals = new long[FIRST_CAPACITY];
        imageIds = new long[FIRST_CAPACITY];
        categoryIds = new long[FIRST_CAPACITY];
        scores = new double[FIRST_CAPACITY];
        boxes = new double[4 * FIRST_CAPACITY];
        textStarts = new int[FIRST_CAPACITY];
        heights = new int[FIRST_CAPACITY];
        widths = new int[FIRST_CAPACITY];
    }

    /** Returns columns of detections, in their order and with their ordinals. */
    public static DetectionColumns of(Collection<Detection> detections) {
        DetectionColumns columns = new DetectionColumns(1 << 12);
        detections.forEach(columns::add);
        return columns;
    }

    /** Returns the number of detections. */
    public int count() {
        return count;
    }

    /** Returns the position of a detection in its file. */
    public long ordinal(int index) {
        return ordinals[index];
    }

    /** Numbers the detections from an ordinal on: the number of detections of the file before the first of these. */
    public void startAt(long ordinal) {
        for (int i = 0; i < count; i++) {
            ordinals[i] = ordinal + i;
        }
    }

    /** Returns the image id. */
    public long imageId(int index) {
        return imageIds[index];
    }

    /** Returns the category id. */
    public long categoryId(int index) {
        return categoryIds[index];
    }

    /** Returns the score, any double. */
    public double score(int index) {
        return scores[index];
    }

    /** Returns whether the detection has a box. */
    public boolean hasBox(int index) {
        return !Double.isNaN(boxes[4 * index]);
    }

    /** Returns one number of the box, px; {@code side} 0 is x, 1 y, 2 width, 3 height. NaN if there is no box. */
    public double box(int index, int side) {
        return boxes[4 * index + side];
    }

    /** Returns the bytes of the run-length texts of all masks; not to be changed. */
    public byte[] text() {
        return text;
    }

    /** Returns the start of the run-length text of a mask, or -1 if it has none. */
    public int textStart(int index) {
        return heights[index] < 0 ? -1 : textStarts[index];
    }

    /** Returns the end of the run-length text of a mask, exclusive. */
    public int textEnd(int index) {
        return index + 1 < count ? textStarts[index + 1] : textEnd;
    }

    /** Returns the rows of the mask, px, as stated with its text; -1 if it has no text. */
    public int height(int index) {
        return heights[index];
    }

    /** Returns the columns of the mask, px. */
    public int width(int index) {
        return widths[index];
    }

    /** Returns a segmentation in another form than a run-length text, or null. */
    public @Nullable Segmentation other(int index) {
        return others.get(index);
    }

    /** Removes all detections. */
    public void clear() {
        count = 0;
        textEnd = 0;
        others.clear();
    }

    /** Writes a detection without its image. */
    public void write(int index, DataOutput out) throws IOException {
        out.writeLong(ordinals[index]);
        out.writeLong(categoryIds[index]);
        out.writeDouble(scores[index]);
        Segmentation other = others.get(index);
        boolean text = heights[index] >= 0;
        out.writeByte((hasBox(index) ? BOX : 0) | (text ? TEXT : 0) | (other != null ? OTHER : 0));
        for (int side = 0; side < 4 && hasBox(index); side++) {
            out.writeDouble(boxes[4 * index + side]);
        }
        if (text) {
            out.writeInt(heights[index]);
            out.writeInt(widths[index]);
            out.writeInt(textEnd(index) - textStarts[index]);
            out.write(this.text, textStarts[index], textEnd(index) - textStarts[index]);
        } else if (other != null) {
            SegmentationBytes.write(other, out);
        }
    }

    /** Appends a detection that {@link #write} wrote. */
    public void read(long imageId, DataInput in) throws IOException {
        int index = open();
        ordinals[index] = in.readLong();
        set(index, imageId, in.readLong(), in.readDouble());
        int parts = in.readByte();
        for (int side = 0; side < 4 && (parts & BOX) != 0; side++) {
            setBox(index, side, in.readDouble());
        }
        if ((parts & TEXT) != 0) {
            setSize(index, in.readInt(), in.readInt());
            int length = in.readInt();
            int start = reserve(length);
            in.readFully(text, start, length);
            textEnd += length;
        } else if ((parts & OTHER) != 0) {
            others.put(index, SegmentationBytes.read(in));
        }
    }

    /** Returns the same detections with other scores; shares everything else, so neither may be changed any more. */
    public DetectionColumns withScores(double[] others) {
        DetectionColumns same = new DetectionColumns(this);
        same.scores = others.clone();
        return same;
    }

    /** Returns the same detections by rising ordinal; this object if they are in order. */
    public DetectionColumns inOrder() {
        for (int i = 1; i < count; i++) {
            if (ordinals[i] < ordinals[i - 1]) {
                return of(IntStream.range(0, count)
                        .mapToObj(this::detection)
                        .sorted(Comparator.comparingLong(Detection::ordinal))
                        .toList());
            }
        }
        return this;
    }

    /** Returns a detection as an object. */
    public Detection detection(int index) {
        Box box = hasBox(index)
                ? new Box(boxes[4 * index], boxes[4 * index + 1], boxes[4 * index + 2], boxes[4 * index + 3])
                : null;
        Segmentation segmentation = others.get(index);
        if (heights[index] >= 0) {
            int start = textStarts[index];
            String counts = new String(text, start, textEnd(index) - start, StandardCharsets.ISO_8859_1);
            segmentation = new Segmentation.Compressed(heights[index], widths[index], counts);
        }
        return new Detection(ordinal(index), imageIds[index], categoryIds[index], scores[index], box, segmentation);
    }

    /** Appends a detection. */
    public void add(Detection detection) {
        int index = open();
        ordinals[index] = detection.ordinal();
        imageIds[index] = detection.imageId();
        categoryIds[index] = detection.categoryId();
        scores[index] = detection.score();
        Box box = detection.bbox();
        if (box != null) {
            setBox(index, 0, box.x());
            setBox(index, 1, box.y());
            setBox(index, 2, box.width());
            setBox(index, 3, box.height());
        }
        Segmentation segmentation = detection.segmentation();
        if (segmentation instanceof Segmentation.Compressed compressed && compressed.height() >= 0) {
            setSize(index, compressed.height(), compressed.width());
            char[] counts = compressed.counts().toCharArray();
            appendText(counts, 0, counts.length);
        } else if (segmentation != null) {
            others.put(index, segmentation);
        }
    }

    /** Starts a detection without box and mask, and returns its index. */
    int open() {
        if (count == scores.length) {
            int capacity = 2 * count;
            ordinals = Arrays.copyOf(ordinals, capacity);
            imageIds = Arrays.copyOf(imageIds, capacity);
            categoryIds = Arrays.copyOf(categoryIds, capacity);
            scores = Arrays.copyOf(scores, capacity);
            boxes = Arrays.copyOf(boxes, 4 * capacity);
            textStarts = Arrays.copyOf(textStarts, capacity);
            heights = Arrays.copyOf(heights, capacity);
            widths = Arrays.copyOf(widths, capacity);
        }
        boxes[4 * count] = Double.NaN;
        heights[count] = -1;
        textStarts[count] = textEnd;
        return count++;
    }

    void set(int index, long imageId, long categoryId, double score) {
        imageIds[index] = imageId;
        categoryIds[index] = categoryId;
        scores[index] = score;
    }

    void setBox(int index, int side, double value) {
        boxes[4 * index + side] = value;
    }

    void setSize(int index, int height, int width) {
        heights[index] = height;
        widths[index] = width;
    }

    /** Appends to the run-length text of the last detection. */
    void appendText(char[] more, int from, int length) {
        int start = reserve(length);
        byte[] bytes = text;
        for (int i = 0; i < length; i++) {
            char c = more[from + i];
            bytes[start + i] = (byte) (c <= LATIN_1 ? c : UNREPRESENTABLE);
        }
        textEnd += length;
    }

    /** Reserves room for more bytes of text and returns their start. */
    private int reserve(int length) {
        if (text.length - textEnd < length) {
            long capacity = Math.min(Integer.MAX_VALUE - 8L, 2L * text.length);
            text = Arrays.copyOf(text, Math.max(Math.addExact(textEnd, length), (int) capacity));
        }
        return textEnd;
    }

    /** Frees the reserved memory that is not used, if it is much; returns this object. */
    DetectionColumns trimmed() {
        if (text.length - textEnd > text.length / 4) {
            text = Arrays.copyOf(text, textEnd);
        }
        ordinals = Arrays.copyOf(ordinals, count);
        imageIds = Arrays.copyOf(imageIds, count);
        categoryIds = Arrays.copyOf(categoryIds, count);
        scores = Arrays.copyOf(scores, count);
        boxes = Arrays.copyOf(boxes, 4 * count);
        textStarts = Arrays.copyOf(textStarts, count);
        heights = Arrays.copyOf(heights, count);
        widths = Arrays.copyOf(widths, count);
        return this;
    }
}
