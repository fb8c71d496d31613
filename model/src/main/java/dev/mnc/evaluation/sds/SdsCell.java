package dev.mnc.evaluation.sds;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The match results of the detections of one category in one image: by falling score a score and one bit for each IoU
 * threshold at which the detection found an object. Takes 16 bytes a detection.
 */
public final class SdsCell {

    private final long imageId;
    private final long categoryId;
    private final double[] scores;
    private final long[] matched;

    /** Creates a cell that keeps the arrays; all have one element for each detection. */
    SdsCell(long imageId, long categoryId, double[] scores, long[] matched) {
        this.imageId = imageId;
        this.categoryId = categoryId;
        this.scores = scores;
        this.matched = matched;
    }

    /** Returns the image id. */
    public long imageId() {
        return imageId;
    }

    /** Returns the category id. */
    public long categoryId() {
        return categoryId;
    }

    /** Returns the number of detections. */
    public int size() {
        return scores.length;
    }

    double score(int rank) {
        return scores[rank];
    }

    long matched(int rank) {
        return matched[rank];
    }

    /** Returns the cell but for its two ids in serialized form. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(16 * scores.length);
        for (int i = 0; i < scores.length; i++) {
            bytes.putDouble(scores[i]).putLong(matched[i]);
        }
        return bytes.array();
    }

    /** Returns the cell that {@link #toBytes} serialized. */
    public static SdsCell ofBytes(long imageId, long categoryId, byte[] bytes) {
        if (bytes.length % 16 != 0) {
            throw new IllegalArgumentException("a cell has 16 bytes for each detection, got " + bytes.length);
        }
        int size = bytes.length / 16;
        SdsCell cell = new SdsCell(imageId, categoryId, new double[size], new long[size]);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < size; i++) {
            cell.scores[i] = buffer.getDouble();
            cell.matched[i] = buffer.getLong();
        }
        return cell;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SdsCell that
                && imageId == that.imageId
                && categoryId == that.categoryId
                && Arrays.equals(scores, that.scores)
                && Arrays.equals(matched, that.matched);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(imageId) + Long.hashCode(categoryId);
    }
}
