package dev.mnc.jobs.evaluate.spark.shuffle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * A row in a chunk of {@link RowChunks}.
 *
 * @param data part of the chunk, from its position to its limit
 */
public record PackedRow(long imageId, int kind, long ordinal, ByteBuffer data) {

    /** Bytes before the data of a row: image, ordinal, kind and the length of the data. */
    static final int HEADER = 2 * Long.BYTES + 2 * Integer.BYTES;

    private static final Comparator<PackedRow> ORDER = Comparator.comparingLong(PackedRow::imageId)
            .thenComparingInt(PackedRow::kind)
            .thenComparingLong(PackedRow::ordinal);

    /** Returns the rows of some chunks, those of an image together, by kind and ordinal. */
    public static Iterator<PackedRow> inOrder(Iterator<Tuple2<Integer, byte[]>> chunks) {
        List<PackedRow> rows = new ArrayList<>();
        while (chunks.hasNext()) {
            ByteBuffer chunk = ByteBuffer.wrap(chunks.next()._2());
            while (chunk.hasRemaining()) {
                long imageId = chunk.getLong();
                long ordinal = chunk.getLong();
                int kind = chunk.getInt();
                int length = chunk.getInt();
                rows.add(new PackedRow(imageId, kind, ordinal, chunk.slice(chunk.position(), length)));
                chunk.position(chunk.position() + length);
            }
        }
        rows.sort(ORDER);
        return rows.iterator();
    }
}
