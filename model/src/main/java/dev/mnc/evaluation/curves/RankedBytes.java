package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Scores;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sorted detections as {@link Ranking#toBytes} returns them, looked up and cut without being sorted again. */
public final class RankedBytes {

    private static final int IMAGE = Double.BYTES;
    private static final int RANK = IMAGE + Long.BYTES;

    private final byte[] bytes;
    private final ByteBuffer view;
    private final int record;

    /** @param bytes are not copied */
    public RankedBytes(byte[] bytes, MatchRules rules) {
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes);
        this.record = Ranking.recordBytes(rules);
    }

    /** Number of detections. */
    public int count() {
        return bytes.length / record;
    }

    /** The score of the detection at a position. */
    public double score(int position) {
        return view.getDouble(position * record);
    }

    /** The image of the detection at a position. */
    public long image(int position) {
        return view.getLong(position * record + IMAGE);
    }

    /** The rank in its image of the detection at a position. */
    public int rank(int position) {
        return Short.toUnsignedInt(view.getShort(position * record + RANK));
    }

    /**
     * Where detections stand relative to a place in the order.
     *
     * @return the first position that does not come before (score, image, rank)
     */
    public int lowerBound(double score, long image, int rank) {
        long key = Scores.rankKey(score);
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            long found = Scores.rankKey(score(middle));
            boolean before =
                    found != key ? found < key : image(middle) != image ? image(middle) < image : rank(middle) < rank;
            low = before ? middle + 1 : low;
            high = before ? high : middle;
        }
        return low;
    }

    /** The bytes of the detections from one position to before another. */
    public byte[] toBytes(int from, int to) {
        return from == 0 && to == count() ? bytes : Arrays.copyOfRange(bytes, from * record, to * record);
    }
}
