package dev.mnc.dataset.columns;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.columns.ResultsBlocks.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A COCO results file that several threads read, each from the middle of it.
 *
 * <p>It is read in the blocks of {@link ResultsBlocks}; where they do not fit together, or an entry is not of the usual
 * form, the whole file is read again by {@link CocoResults}, in one thread.
 */
public final class ResultsFile {

    private static final int BEFORE = ResultsBlocks.BEFORE;
    private static final int BEHIND = ResultsBlocks.BEHIND;

    private final Path file;
    private final ExecutorService threads;
    private final int block;

    /**
     * Names a file to read.
     *
     * @param threads to read with; the caller shuts them down
     */
    public ResultsFile(Path file, ExecutorService threads) {
        this(file, threads, ResultsBlocks.BLOCK);
    }

    /**
     * Names a file to read in blocks of another size.
     *
     * @param block size of a block, bytes
     */
    ResultsFile(Path file, ExecutorService threads, int block) {
        this.block = block;
        this.file = requireNonNull(file, "file");
        this.threads = requireNonNull(threads, "threads");
    }

    /**
     * Reads the file.
     *
     * @param namedImages called only if the file is not of the usual form: see {@link CocoResults#open(Path, Map)}
     * @param faults receives the unreadable entries
     * @return all detections in the order of the file
     * @throws dev.mnc.dataset.UnreadableDatasetException if it is no such file, or {@code faults} throws
     */
    public List<DetectionColumns> read(Supplier<Map<String, Long>> namedImages, EntryFaultHandler faults)
            throws IOException {
        List<DetectionColumns> fast = isCompressed() ? inflated() : inBlocks();
        return fast != null ? fast : withGeneralParser(namedImages.get(), faults);
    }

    private boolean isCompressed() {
        return file.toString().endsWith(".gz");
    }

    private @Nullable List<DetectionColumns> inBlocks() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ResultsBlocks blocks =
                    new ResultsBlocks((position, into, length) -> fill(channel, position, into, length), block);
            long size = channel.size();
            List<Future<Part>> parts = new ArrayList<>();
            for (long from = 0; from == 0 || from < size; from += block) {
                long start = from;
                parts.add(threads.submit(() -> blocks.read(start, size)));
            }
            return columns(await(parts), blocks.tail(size));
        }
    }

    private static void fill(FileChannel channel, long position, byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }

    /** Returns the columns one after the other, or null if the blocks do not fit together. */
    private static @Nullable List<DetectionColumns> columns(List<Part> parts, long tail) {
        if (!ResultsBlocks.fit(parts, tail)) {
            return null;
        }
        long count = 0;
        List<DetectionColumns> columns = new ArrayList<>();
        for (Part part : parts) {
            part.columns().startAt(count);
            count += part.columns().count();
            columns.add(part.columns());
        }
        return columns;
    }

    private static List<Part> await(List<Future<Part>> parts) throws IOException {
        List<Part> done = new ArrayList<>();
        for (Future<Part> part : parts) {
            done.add(await(part));
        }
        return done;
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

    /** Reads a compressed file: one thread inflates it from its start, several parse it. */
    private @Nullable List<DetectionColumns> inflated() throws IOException {
        try {
            return inflatedBlocks();
        } catch (EOFException | ZipException e) {
            // Damaged; the general parser reports it.
            return null;
        }
    }

    private @Nullable List<DetectionColumns> inflatedBlocks() throws IOException {
        List<Future<Part>> parts = new ArrayList<>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            byte[] bytes = new byte[2 * block];
            int overlap = 0;
            long first = 0;
            while (true) {
                int length = overlap + in.readNBytes(bytes, overlap, bytes.length - overlap);
                boolean last = length < bytes.length;
                int cut = last ? length : lastCut(bytes, length);
                if (cut < 0) {
                    return null;
                }
                byte[] full = bytes;
                long position = first;
                int from = first == 0 ? 0 : BEFORE;
                byte[] following = new byte[bytes.length];
                if (!last) {
                    System.arraycopy(bytes, cut - BEFORE, following, 0, length - cut + BEFORE);
                }
                parts.add(threads.submit(() -> ResultsBlocks.part(full, length, position, from, cut)));
                if (last) {
                    return columns(await(parts), position + blankEnd(full, length));
                }
                overlap = length - cut + BEFORE;
                first += cut - BEFORE;
                bytes = following;
            }
        }
    }

    /** Returns the position of an entry to continue with, well behind the start; -1 if there is none. */
    private static int lastCut(byte[] bytes, int length) {
        int near = BlockReader.findEntry(bytes, Math.max(2 * BEFORE, length - BEHIND), length);
        return near >= 0 ? near : BlockReader.findEntry(bytes, 2 * BEFORE, length);
    }

    private static int blankEnd(byte[] bytes, int length) {
        int end = length;
        while (end > 0 && bytes[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    private List<DetectionColumns> withGeneralParser(Map<String, Long> namedImages, EntryFaultHandler faults)
            throws IOException {
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
