package dev.mnc.dataset.columns;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    private static final int FIRST_CAPACITY = 128;
    private static final char LATIN_1 = 0xff;

    /** Stands for characters beyond Latin-1 in a run-length text, which is malformed with either. */
    private static final char UNREPRESENTABLE = '\u00bf';

    /** Bytes of a detection in {@link #toBytes} but for its mask: ordinal, category, score, box; where its text is, its size. */
    private static final int ROW_BYTES = 7 * Long.BYTES + 3 * Integer.BYTES;

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

    /**
     * Returns some detections as bytes, without their image: for {@link #addBytes} of a process of the same version.
     *
     * @param from the first
     * @param to behind the last
     */
    public byte[] toBytes(int from, int to) {
        int rows = to - from;
        int textFrom = rows == 0 ? 0 : textStarts[from];
        int textLength = rows == 0 ? 0 : textEnd(to - 1) - textFrom;
        byte[] rest = othersToBytes(from, to);
        int length = Math.addExact(2 * Integer.BYTES + textLength, Math.multiplyExact(rows, ROW_BYTES));
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(length, rest.length)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(rows).putInt(textLength);
        put(out, ordinals, from, rows);
        put(out, categoryIds, from, rows);
        put(out, scores, from, rows);
        put(out, boxes, 4 * from, 4 * rows);
        for (int[] column : new int[][] {textStarts, heights, widths}) {
            out.asIntBuffer().put(column, from, rows);
            out.position(out.position() + rows * Integer.BYTES);
        }
        out.put(text, textFrom, textLength).put(rest);
        return out.array();
    }

    private static void put(ByteBuffer out, long[] column, int from, int count) {
        out.asLongBuffer().put(column, from, count);
        out.position(out.position() + count * Long.BYTES);
    }

    private static void put(ByteBuffer out, double[] column, int from, int count) {
        out.asDoubleBuffer().put(column, from, count);
        out.position(out.position() + count * Double.BYTES);
    }

    private byte[] othersToBytes(int from, int to) {
        if (others.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (int i = from; i < to; i++) {
                Segmentation other = others.get(i);
                if (other != null) {
                    out.writeInt(i - from);
                    SegmentationBytes.write(other, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Appends what {@link #toBytes} returned.
     *
     * @param imageId the image of all of them
     * @param bytes nothing else; read to the end
     */
    public void addBytes(long imageId, ByteBuffer bytes) {
        ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
        int rows = in.getInt();
        int textLength = in.getInt();
        int first = count;
        makeRoom(rows);
        Arrays.fill(imageIds, first, first + rows, imageId);
        take(in, ordinals, first, rows);
        take(in, categoryIds, first, rows);
        take(in, scores, first, rows);
        take(in, boxes, 4 * first, 4 * rows);
        for (int[] column : new int[][] {textStarts, heights, widths}) {
            in.asIntBuffer().get(column, first, rows);
            in.position(in.position() + rows * Integer.BYTES);
        }
        int start = reserve(textLength);
        int moved = rows == 0 ? 0 : start - textStarts[first];
        for (int i = first; i < first + rows; i++) {
            textStarts[i] += moved;
        }
        in.get(text, start, textLength);
        textEnd += textLength;
        count += rows;
        addOthers(first, in);
    }

    private static void take(ByteBuffer in, long[] column, int to, int count) {
        in.asLongBuffer().get(column, to, count);
        in.position(in.position() + count * Long.BYTES);
    }

    private static void take(ByteBuffer in, double[] column, int to, int count) {
        in.asDoubleBuffer().get(column, to, count);
        in.position(in.position() + count * Double.BYTES);
    }

    private void addOthers(int first, ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(rest))) {
            while (in.available() > 0) {
                others.put(first + in.readInt(), SegmentationBytes.read(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        makeRoom(1);
        boxes[4 * count] = Double.NaN;
        heights[count] = -1;
        textStarts[count] = textEnd;
        return count++;
    }

    private void makeRoom(int rows) {
        if (scores.length - count >= rows) {
            return;
        }
        int capacity = Math.max(2 * scores.length, Math.addExact(count, rows));
        ordinals = Arrays.copyOf(ordinals, capacity);
        imageIds = Arrays.copyOf(imageIds, capacity);
        categoryIds = Arrays.copyOf(categoryIds, capacity);
        scores = Arrays.copyOf(scores, capacity);
        boxes = Arrays.copyOf(boxes, 4 * capacity);
        textStarts = Arrays.copyOf(textStarts, capacity);
        heights = Arrays.copyOf(heights, capacity);
        widths = Arrays.copyOf(widths, capacity);
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
