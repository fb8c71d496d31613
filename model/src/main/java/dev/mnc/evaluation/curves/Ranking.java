package dev.mnc.evaluation.curves;

import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.RankSort;
import dev.mnc.evaluation.matching.Scores;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Detections of one category over many images in the order that decides: by falling score, then image id, then rank in
 * the image. They may be added in any order. For one thread.
 */
public final class Ranking {

    /** Bytes of a detection in {@link #toBytes}: score, image, rank, and twice 40 bits where there are 40 pairs. */
    private static final int FIXED_BYTES = Double.BYTES + Long.BYTES + Short.BYTES;

    private int count;
    private double[] scores;
    private long[] images;
    private int[] ranks;
    private long[] matched;
    private long[] ignored;
    private int[] order = new int[0];

    /**
     * Creates an empty ranking.
     *
     * @param expected number of detections; only a guess
     */
    public Ranking(int expected) {
        int capacity = Math.max(16, expected);
        scores = new double[capacity];
        images = new long[capacity];
        ranks = new int[capacity];
        matched = new long[capacity];
        ignored = new long[capacity];
    }

    /** Returns the number of detections. */
    public int count() {
        return count;
    }

    void add(double score, long image, int rank, long matchedBits, long ignoredBits) {
        if (count == scores.length) {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * count);
            scores = Arrays.copyOf(scores, capacity);
            images = Arrays.copyOf(images, capacity);
            ranks = Arrays.copyOf(ranks, capacity);
            matched = Arrays.copyOf(matched, capacity);
            ignored = Arrays.copyOf(ignored, capacity);
        }
        scores[count] = score;
        images[count] = image;
        ranks[count] = rank;
        matched[count] = matchedBits;
        ignored[count] = ignoredBits;
        count++;
    }

    /** Leaves the detections as they were added, where order does not matter. */
    public void leaveUnsorted() {
        order = new int[count];
        Arrays.setAll(order, i -> i);
    }

    /** Puts the detections in order. */
    public void sort() {
        order = new int[count];
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
            keys[i] = Scores.rankKey(scores[i]);
        }
        RankSort sort = new RankSort();
        sort.sort(order, 0, count, keys);
        long[] rankKeys = {};
        int from = 0;
        while (from < count) {
            int to = from + 1;
            while (to < count && keys[order[to]] == keys[order[from]]) {
                to++;
            }
            if (to - from > 1) {
                if (rankKeys.length == 0) {
                    rankKeys = Arrays.stream(ranks, 0, count).asLongStream().toArray();
                }
                sort.sort(order, from, to, rankKeys);
                sort.sort(order, from, to, images);
            }
            from = to;
        }
    }

    /** Returns the score of the detection at a position, once sorted. */
    public double score(int position) {
        return scores[order[position]];
    }

    /** Returns the rank in its image of the detection at a position, once sorted. */
    public int rank(int position) {
        return ranks[order[position]];
    }

    /**
     * Returns the pairs of {@link MatchRules}, as bits, for which the detection at a position found an object, once
     * sorted.
     */
    public long matched(int position) {
        return matched[order[position]];
    }

    /**
     * Returns the pairs of {@link MatchRules}, as bits, for which the detection at a position does not count, once
     * sorted.
     */
    public long ignored(int position) {
        return ignored[order[position]];
    }

    /** Returns the image of the detection at a position, once sorted. */
    public long image(int position) {
        return images[order[position]];
    }

    /** Returns the detections of some positions, once sorted, in serialized form: 28 bytes each for COCO's rules. */
    public byte[] toBytes(int from, int to, MatchRules rules) {
        int width = bitBytes(rules);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(to - from, FIXED_BYTES + 2 * width));
        for (int position = from; position < to; position++) {
            int at = order[position];
            bytes.putDouble(scores[at]).putLong(images[at]).putShort((short) ranks[at]);
            for (int b = 0; b < width; b++) {
                bytes.put((byte) (matched[at] >>> (8 * b)));
            }
            for (int b = 0; b < width; b++) {
                bytes.put((byte) (ignored[at] >>> (8 * b)));
            }
        }
        return bytes.array();
    }

    /** Adds the detections that {@link #toBytes} serialized. */
    public void addBytes(byte[] bytes, MatchRules rules) {
        int width = bitBytes(rules);
        if (bytes.length % (FIXED_BYTES + 2 * width) != 0) {
            throw new IllegalArgumentException(
                    "a detection has " + (FIXED_BYTES + 2 * width) + " bytes, got " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            double score = buffer.getDouble();
            long image = buffer.getLong();
            int rank = Short.toUnsignedInt(buffer.getShort());
            add(score, image, rank, bits(buffer, width), bits(buffer, width));
        }
    }

    /** Returns the bytes of a detection in {@link #toBytes}. */
    static int recordBytes(MatchRules rules) {
        return FIXED_BYTES + 2 * bitBytes(rules);
    }

    private static int bitBytes(MatchRules rules) {
        return (rules.areas() * rules.thresholds() + 7) / 8;
    }

    private static long bits(ByteBuffer bytes, int width) {
        long bits = 0;
        for (int b = 0; b < width; b++) {
            bits |= (bytes.get() & 0xffL) << (8 * b);
        }
        return bits;
    }
}
