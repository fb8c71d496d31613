package dev.mnc.evaluation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What became of the detections of one category in one image: all that the metrics need of them. Masks and boxes are
 * gone; at most {@value CocoProtocol#MAX_DETECTIONS} detections remain in COCO's protocol, 24 bytes each.
 *
 * <p>For each detection, by falling score, two sets of 40 bits: bit {@code area * 10 + threshold} of the first says
 * that it found an object at that IoU threshold, of the second that it does not count for that area range (it found a
 * crowd or an object of another size, or found nothing and has another size itself). This is COCO's form; a cell of
 * {@link SdsMatcher} holds all detections, one bit an overlap threshold in the first set, and none in the second.
 */
public final class Cell {

    private final long imageId;
    private final long categoryId;
    private final double[] scores;
    private final long[] matched;
    private final long[] ignored;

    /** Keeps the arrays; all have one element for each detection. */
    Cell(long imageId, long categoryId, double[] scores, long[] matched, long[] ignored) {
        this.imageId = imageId;
        this.categoryId = categoryId;
        this.scores = scores;
        this.matched = matched;
        this.ignored = ignored;
    }

    static long bit(AreaRange area, int threshold) {
        return 1L << (area.index() * CocoProtocol.IOU_THRESHOLDS + threshold);
    }

    /** The image. */
    public long imageId() {
        return imageId;
    }

    /** The category. */
    public long categoryId() {
        return categoryId;
    }

    /** Number of detections. */
    public int size() {
        return scores.length;
    }

    double score(int rank) {
        return scores[rank];
    }

    long matched(int rank) {
        return matched[rank];
    }

    long ignored(int rank) {
        return ignored[rank];
    }

    /** The cell but for its two ids, to be sent elsewhere. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(24 * scores.length);
        for (int i = 0; i < scores.length; i++) {
            bytes.putDouble(scores[i]).putLong(matched[i]).putLong(ignored[i]);
        }
        return bytes.array();
    }

    /** The cell that was sent. */
    public static Cell ofBytes(long imageId, long categoryId, byte[] bytes) {
        if (bytes.length % 24 != 0) {
            throw new IllegalArgumentException("a cell has 24 bytes for each detection, got " + bytes.length);
        }
        int size = bytes.length / 24;
        Cell cell = new Cell(imageId, categoryId, new double[size], new long[size], new long[size]);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < size; i++) {
            cell.scores[i] = buffer.getDouble();
            cell.matched[i] = buffer.getLong();
            cell.ignored[i] = buffer.getLong();
        }
        return cell;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Cell that
                && imageId == that.imageId
                && categoryId == that.categoryId
                && Arrays.equals(scores, that.scores)
                && Arrays.equals(matched, that.matched)
                && Arrays.equals(ignored, that.ignored);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(imageId) + Long.hashCode(categoryId);
    }
}
