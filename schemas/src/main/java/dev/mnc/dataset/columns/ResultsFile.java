package dev.mnc.dataset.columns;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.EntryFaults;
import dev.mnc.dataset.columns.ResultsScanner.UnusualException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A COCO results file read by several threads, each from the middle of it.
 *
 * <p>The file is cut into blocks of 4 MiB. An entry of a block is found by its looks, read from there to the next block,
 * and what was read counts only if it ended exactly where the next block began; by induction from the start of the file
 * every entry is then the right one. Where that fails, or an entry is not the usual one, the whole file is read again by
 * {@link CocoResults}, in one thread.
 */
public final class ResultsFile {

    private static final int BLOCK = 1 << 22;
    private static final int BEFORE = 64;
    private static final int BEHIND = 1 << 16;

    private final Path file;
    private final ExecutorService threads;
    private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    /** @param threads read; the caller shuts them down */
    public ResultsFile(Path file, ExecutorService threads) {
        this.file = requireNonNull(file, "file");
        this.threads = requireNonNull(threads, "threads");
    }

    /**
     * Reads the file.
     *
     * @param namedImages asked only if the file is not the usual one: see {@link CocoResults#open(Path, Map)}
     * @param faults told of unreadable entries
     * @return all detections in the order of the file
     * @throws dev.mnc.dataset.UnreadableDatasetException if it is no such file, or {@code faults} says so
     */
    public List<DetectionColumns> read(Supplier<Map<String, Long>> namedImages, EntryFaults faults) throws IOException {
        List<DetectionColumns> fast = isCompressed() ? inflated() : inBlocks();
        return fast != null ? fast : slowly(namedImages.get(), faults);
    }

    private boolean isCompressed() {
        return file.toString().endsWith(".gz");
    }

    /** What became of a block: positions in the file, {@code end} as {@link ResultsScanner#read} has it. */
    private record Part(long start, long end, DetectionColumns columns) {

        static final Part NONE = new Part(-1, -1, new DetectionColumns(0));
        static final Part UNUSUAL = new Part(-2, -1, new DetectionColumns(0));
    }

    private @Nullable List<DetectionColumns> inBlocks() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            List<Future<Part>> parts = new ArrayList<>();
            for (long from = 0; from == 0 || from < size; from += BLOCK) {
                long start = from;
                parts.add(threads.submit(() -> block(channel, start, size)));
            }
            return chained(parts, tail(channel, size));
        }
    }

    /** The position behind the last byte that is not blank. */
    private static long tail(FileChannel channel, long size) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        long end = size;
        while (end > 0) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) != ' ' && one.get(0) != '\n' && one.get(0) != '\r' && one.get(0) != '\t') {
                break;
            }
            end--;
        }
        return end;
    }

    private Part block(FileChannel channel, long from, long size) throws IOException {
        long first = Math.max(0, from - BEFORE);
        int behind = BEHIND;
        while (true) {
            int length = (int) Math.min(size - first, from - first + BLOCK + behind);
            byte[] bytes = buffer(length + ResultsScanner.PADDING);
            fill(channel, first, bytes, length);
            boolean whole = first + length == size;
            int next = whole && from + BLOCK >= size
                    ? length
                    : ResultsScanner.findEntry(bytes, (int) (from + BLOCK - first), length);
            if (next < 0 && !whole) {
                behind *= 4;
                continue;
            }
            Part part = part(bytes, first, (int) (from - first), next < 0 ? length : next);
            buffers.add(bytes);
            return part;
        }
    }

    private static void fill(FileChannel channel, long position, byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
    }

    private byte[] buffer(int length) {
        byte[] used = buffers.poll();
        return used != null && used.length >= length ? used : new byte[length];
    }

    /** @param first position of the bytes in the file; only there may a list begin */
    private static Part part(byte[] bytes, long first, int from, int to) {
        DetectionColumns columns = new DetectionColumns((to - from) / 8 * 5);
        try {
            int start = from;
            if (first + from == 0) {
                ResultsScanner head = new ResultsScanner(bytes, 0, columns);
                if (!head.enter()) {
                    return new Part(head.position(), -2 - head.position(), columns);
                }
                start = head.position();
            } else {
                start = ResultsScanner.findEntry(bytes, from, to);
                if (start < 0) {
                    return Part.NONE;
                }
            }
            int end = new ResultsScanner(bytes, start, columns).read(to);
            return new Part(first + start, end < 0 ? end - first : first + end, columns.trimmed());
        } catch (UnusualException | IndexOutOfBoundsException e) {
            return Part.UNUSUAL;
        }
    }

    /** The columns one after the other, or null if the blocks do not fit together. */
    private static @Nullable List<DetectionColumns> chained(List<Future<Part>> parts, long tail) throws IOException {
        List<DetectionColumns> chain = new ArrayList<>();
        long reached = -1;
        long count = 0;
        boolean fits = true;
        for (Future<Part> future : parts) {
            Part part = await(future);
            if (part == Part.NONE) {
                continue;
            }
            fits = fits && part != Part.UNUSUAL && (reached == part.start() || chain.isEmpty());
            reached = part.end();
            part.columns().startAt(count);
            count += part.columns().count();
            chain.add(part.columns());
        }
        return fits && reached == -1 - tail ? chain : null;
    }

    private static Part await(Future<Part> part) throws IOException {
        try {
            return part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("cannot read " + e.getCause(), e);
        }
    }

    /** A compressed file can only be inflated from its start, but not only read there. */
    private @Nullable List<DetectionColumns> inflated() throws IOException {
        List<Future<Part>> parts = new ArrayList<>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            byte[] bytes = new byte[2 * BLOCK];
            int kept = 0;
            long first = 0;
            while (true) {
                int length = kept + in.readNBytes(bytes, kept, bytes.length - ResultsScanner.PADDING - kept);
                boolean last = length < bytes.length - ResultsScanner.PADDING;
                int cut = last ? length : ResultsScanner.findEntry(bytes, Math.max(BEFORE, length - BEHIND), length);
                if (cut < 0) {
                    return null;
                }
                byte[] block = bytes;
                long position = first;
                int from = first == 0 ? 0 : BEFORE;
                byte[] following = new byte[bytes.length];
                if (!last) {
                    System.arraycopy(bytes, cut - BEFORE, following, 0, length - cut + BEFORE);
                    Arrays.fill(bytes, cut + 1, bytes.length, (byte) 0);
                }
                Arrays.fill(bytes, length, bytes.length, (byte) 0);
                int to = cut;
                parts.add(threads.submit(() -> part(block, position, from, to)));
                if (last) {
                    return chained(parts, position + blankEnd(block, length));
                }
                kept = length - cut + BEFORE;
                first += cut - BEFORE;
                bytes = following;
            }
        }
    }

    private static int blankEnd(byte[] bytes, int length) {
        int end = length;
        while (end > 0 && bytes[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    private List<DetectionColumns> slowly(Map<String, Long> namedImages, EntryFaults faults) throws IOException {
        List<DetectionColumns> chain = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(file, namedImages, faults)) {
            DetectionColumns columns = new DetectionColumns(1 << 20);
            while (reader.hasNext()) {
                columns.add(reader.next());
                if (columns.count() == 1 << 13) {
                    chain.add(columns.trimmed());
                    columns = new DetectionColumns(1 << 20);
                }
            }
            chain.add(columns.trimmed());
        }
        return chain;
    }
}
