package dev.mnc.jobs.evaluate.spark.shuffle;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Rows as chunks of bytes, each for one partition: Spark moves some thousand arrays instead of every
 * row by itself, and need not know what is in them. {@link PackedRow#inOrder} takes them apart again.
 *
 * @param partitions number of partitions; an image is in the same one everywhere
 */
public record RowChunks(int partitions) implements PairFlatMapFunction<Iterator<Row>, Integer, byte[]> {

    private static final int LARGEST = 1 << 18;
    private static final int SMALLEST = 1 << 12;
    private static final int TOGETHER = 1 << 25;

    @Override
    public Iterator<Tuple2<Integer, byte[]>> call(Iterator<Row> rows) {
        return new Packed(rows, partitions);
    }

    /** Returns the partition of an image; ids that follow one another, or have a common factor, are spread evenly. */
    private static int partition(long imageId, int partitions) {
        return Math.floorMod((int) ((imageId * 0x9e3779b97f4a7c15L) >>> Integer.SIZE), partitions);
    }

    private static final class Packed implements Iterator<Tuple2<Integer, byte[]>> {

        private final Iterator<Row> rows;
        private final int size;
        private final @Nullable Chunk[] open;
        private final Queue<Tuple2<Integer, byte[]>> full = new ArrayDeque<>();
        private int closed;

        Packed(Iterator<Row> rows, int partitions) {
            this.rows = rows;
            this.size = Math.max(SMALLEST, Math.min(LARGEST, TOGETHER / partitions));
            this.open = new Chunk[partitions];
        }

        @Override
        public boolean hasNext() {
            while (full.isEmpty() && rows.hasNext()) {
                add(rows.next());
            }
            while (full.isEmpty() && closed < open.length) {
                close(closed++);
            }
            return !full.isEmpty();
        }

        @Override
        public Tuple2<Integer, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more chunks");
            }
            return full.remove();
        }

        private void add(Row row) {
            byte[] data = row.getAs(3);
            int length = Math.addExact(PackedRow.HEADER, data.length);
            int partition = partition(row.getLong(0), open.length);
            Chunk chunk = open[partition];
            if (chunk != null && chunk.out.remaining() < length) {
                close(partition);
                chunk = null;
            }
            if (chunk == null) {
                chunk = new Chunk(new byte[Math.max(size, length)]);
                open[partition] = chunk;
            }
            chunk.out.putLong(row.getLong(0)).putLong(row.getLong(2)).putInt(row.getInt(1));
            chunk.out.putInt(data.length).put(data);
        }

        private void close(int partition) {
            Chunk chunk = open[partition];
            if (chunk != null) {
                full.add(new Tuple2<>(partition, Arrays.copyOf(chunk.bytes, chunk.out.position())));
                open[partition] = null;
            }
        }
    }

    private static final class Chunk {

        private final byte[] bytes;
        private final ByteBuffer out;

        Chunk(byte[] bytes) {
            this.bytes = bytes;
            this.out = ByteBuffer.wrap(bytes);
        }
    }
}
