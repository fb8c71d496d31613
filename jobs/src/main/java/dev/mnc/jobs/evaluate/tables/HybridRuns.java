package dev.mnc.jobs.evaluate.tables;

import java.io.ByteArrayOutputStream;

/** Parquet's hybrid of run lengths and bit packing, for small whole numbers: its RLE encoding. */
final class HybridRuns {

    /** Shorter runs are packed with what stands beside them. */
    private static final int SHORTEST_RUN = 16;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int[] values;
    private final int width;

    private HybridRuns(int[] values, int width) {
        this.values = values;
        this.width = width;
    }

    /** The first values as runs, each value below 2 to the {@code width}; width is 1 .. 31. */
    static byte[] encode(int[] values, int count, int width) {
        HybridRuns runs = new HybridRuns(values, width);
        int packed = 0;
        int at = 0;
        while (at < count) {
            int end = at + 1;
            while (end < count && values[end] == values[at]) {
                end++;
            }
            // Only the last group of eight may be filled up with nothing.
            int filled = at + ((packed - at) & 7);
            if (end - filled >= SHORTEST_RUN) {
                runs.pack(packed, filled);
                runs.run(values[at], end - filled);
                packed = end;
            }
            at = end;
        }
        runs.pack(packed, count);
        return runs.bytes.toByteArray();
    }

    /** Bits for indices below a size, at least 1. */
    static int width(int size) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
    }

    private void run(int value, int length) {
        varint(2L * length);
        for (int shift = 0; shift < width; shift += Byte.SIZE) {
            bytes.write(value >>> shift);
        }
    }

    private void pack(int from, int to) {
        if (from == to) {
            return;
        }
        int groups = (to - from + 7) / 8;
        varint(2L * groups + 1);
        long buffer = 0;
        int held = 0;
        for (int i = from; i < from + 8 * groups; i++) {
            buffer |= (i < to ? (long) values[i] : 0) << held;
            held += width;
            while (held >= Byte.SIZE) {
                bytes.write((int) buffer);
                buffer >>>= Byte.SIZE;
                held -= Byte.SIZE;
            }
        }
    }

    private void varint(long value) {
        long left = value;
        while (left >= 0x80) {
            bytes.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }
}
