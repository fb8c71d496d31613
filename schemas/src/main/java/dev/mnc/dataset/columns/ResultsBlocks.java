package dev.mnc.dataset.columns;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The blocks of a COCO results file, 4 MiB each, which are read independently of each other, in any process.
 *
 * <p>The first entry of a block is guessed from its characters, and entries are read from there to the first entry of
 * the next block. The result counts only if it ended exactly where the next block began; by induction from the start of
 * the file every entry is then the right one.
 */
public final class ResultsBlocks {

    /** The size of a block, bytes. */
    public static final int BLOCK = 1 << 22;

    /** The number of bytes before a block that are read to find its first entry. */
    static final int BEFORE = 64;

    /** The number of bytes behind a block in which its last entry is expected to end. */
    static final int BEHIND = 1 << 16;

    /** A source of bytes at any position of a file. */
    public interface Source {

        /** Fills {@code into} up to {@code length}, or throws. */
        void read(long position, byte[] into, int length) throws IOException;
    }

    private final Source source;
    private final int block;
    private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    /** Creates blocks of the usual size. */
    public ResultsBlocks(Source source) {
        this(source, BLOCK);
    }

    /**
     * Creates blocks of another size.
     *
     * @param block size of a block, bytes
     */
    ResultsBlocks(Source source, int block) {
        this.source = requireNonNull(source, "source");
        this.block = block;
    }

    /**
     * The entries of a block.
     *
     * @param start position of its first entry in the file, 0 in the first block; -1 if it has none, -2 if an entry is not
     *     the usual one
     * @param end position of the entry behind its last one; or, if the list ends there, {@code -1 - p} with p the
     *     position behind its bracket
     * @param columns the entries
     */
    public record Part(long start, long end, DetectionColumns columns) {

        private static final long NONE = -1;
        private static final long UNUSUAL = -2;
    }

    /**
     * Returns whether the blocks of a file fit together.
     *
     * @param parts of all blocks, in order
     * @param tail of {@link #tail}
     */
    public static boolean fit(List<Part> parts, long tail) {
        long reached = 0;
        boolean first = true;
        for (Part part : parts) {
            if (part.start() == Part.UNUSUAL || (part.start() != Part.NONE && !first && part.start() != reached)) {
                return false;
            }
            reached = part.start() == Part.NONE ? reached : part.end();
            first = false;
        }
        return reached == -1 - tail;
    }

    /** Returns the position behind the last byte of a file that is not blank. */
    public long tail(long size) throws IOException {
        byte[] one = new byte[1];
        long end = size;
        while (end > 0) {
            source.read(end - 1, one, 1);
            if (one[0] != ' ' && one[0] != '\n' && one[0] != '\r' && one[0] != '\t') {
                break;
            }
            end--;
        }
        return end;
    }

    /**
     * Reads a block.
     *
     * @param from position of its first byte, a multiple of {@link #BLOCK}
     * @param size of the file
     */
    public Part read(long from, long size) throws IOException {
        return trimmed(read(from, size, new DetectionColumns((int) Math.min(size, block) / 8 * 5)));
    }

    private static Part trimmed(Part part) {
        part.columns().trimmed();
        return part;
    }

    /**
     * Reads a block into columns that may have served for another one.
     *
     * @param from position of its first byte, a multiple of {@link #BLOCK}
     * @param size of the file
     * @param columns is emptied and filled, and part of the result
     */
    public Part read(long from, long size, DetectionColumns columns) throws IOException {
        columns.clear();
        long first = Math.max(0, from - BEFORE);
        int behind = BEHIND;
        while (true) {
            int length = (int) Math.min(size - first, from - first + block + (long) behind);
            byte[] bytes = buffer(length);
            source.read(first, bytes, length);
            boolean whole = first + length == size;
            int next = whole && from + block >= size
                    ? length
                    : BlockReader.findEntry(bytes, (int) (from + block - first), length);
            if (next < 0 && !whole) {
                behind = Math.multiplyExact(behind, 4);
                continue;
            }
            Part part = part(bytes, length, first, (int) (from - first), next < 0 ? length : next, columns);
            buffers.add(bytes);
            return part;
        }
    }

    private byte[] buffer(int length) {
        byte[] used = buffers.poll();
        return used != null && used.length >= length ? used : new byte[length];
    }

    /**
     * Reads the entries that start within some bytes, which it changes: the byte before the first entry becomes a bracket that opens
     * a list, and the comma behind the last one the bracket that closes it.
     *
     * @param length of the bytes
     * @param first position of the bytes in the file; the list begins at 0
     * @param to the first entry behind them; or the length, if there is none
     */
    static Part part(byte[] bytes, int length, long first, int from, int to) throws IOException {
        return trimmed(part(bytes, length, first, from, to, new DetectionColumns((to - from) / 8 * 5)));
    }

    private static Part part(byte[] bytes, int length, long first, int from, int to, DetectionColumns columns)
            throws IOException {
        boolean head = first + from == 0;
        int start = head ? 0 : BlockReader.findEntry(bytes, from, to);
        if (start < 0) {
            return new Part(Part.NONE, 0, columns);
        }
        int open = head ? 0 : start - 1;
        int end = to == length ? length : BlockReader.lastBefore(bytes, to) + 1;
        if (!head) {
            bytes[open] = '[';
        }
        if (to < length) {
            bytes[end - 1] = ']';
        }
        try {
            int behind = BlockReader.read(bytes, open, end, columns);
            boolean goesOn = to < length && behind == end;
            return new Part(first + start, goesOn ? first + to : -1 - (first + behind), columns);
        } catch (JsonProcessingException e) {
            columns.clear();
            return new Part(Part.UNUSUAL, 0, columns);
        }
    }
}
