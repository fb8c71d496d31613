package dev.mnc.jobs.corpus.formats;

import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A cache of Parquet pages through which all readers of a JVM read images. A page is read and decompressed once for all
 * rows in it, however many threads read them and in whatever order, and is dropped when all its rows have been read.
 *
 * <p>Memory: the pages in use. A task reads neighbouring rows, so that is one or two for each task; of pages that are
 * left half read, twice as many are cached as there are processors, the most recently used ones. The size of a page is
 * the writer's choice: mostly a mebibyte, or a hundred images where those are larger.
 */
public final class ParquetCells {

    private static final int MOST_FILES = 64;
    private static final int MOST_PAGES = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    /** A way to open a file, used when the first image of it is read. */
    public interface Opener {

        /**
         * Opens the file.
         *
         * @throws IOException also if the file is not the one that was listed any more
         */
        InputFile open() throws IOException;
    }

    private record FileKey(String uri, @Nullable String etag, String column) {}

    private record PageKey(FileKey file, long start) {}

    private record Values(@Nullable Binary[] values, AtomicInteger unread) {}

    private final Map<FileKey, FutureTask<ParquetPages>> files = recent(MOST_FILES);
    private final Map<PageKey, FutureTask<Values>> pages = recent(MOST_PAGES);

    private static <K, V> Map<K, V> recent(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * Reads one value.
     *
     * @throws IOException if that fails, or the value is null
     */
    public byte[] read(ImageRef image, ImageRef.Cell cell, Opener opener, Configuration configuration)
            throws IOException {
        FileKey file = new FileKey(image.uri(), image.etag(), cell.column());
        ParquetPages column = once(files, file, () -> new ParquetPages(opener.open(), cell.column(), configuration));
        ParquetPages.Page page = column.pageOf(cell.row());
        PageKey key = new PageKey(file, page.start());
        Values values = once(pages, key, () -> {
            @Nullable Binary[] read = column.read(page);
            return new Values(read, new AtomicInteger(read.length));
        });
        if (values.unread().decrementAndGet() == 0) {
            synchronized (pages) {
                pages.remove(key);
            }
        }
        Binary value = values.values()[Math.toIntExact(cell.row() - page.firstRow())];
        if (value == null) {
            throw new IOException("the column " + cell.column() + " is null in this row");
        }
        ByteBuffer bytes = value.toByteBuffer(); // a duplicate: other threads read from the same page
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static <K, V> V once(Map<K, FutureTask<V>> known, K key, Callable<V> making) throws IOException {
        while (true) {
            FutureTask<V> task;
            synchronized (known) {
                task = known.computeIfAbsent(key, absent -> new FutureTask<>(making));
            }
            task.run(); // does nothing but in the first thread
            try {
                return task.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", e);
            } catch (ExecutionException e) {
                synchronized (known) {
                    known.remove(key, task);
                }
                // The thread that read the page may belong to a task that was cancelled; this task goes on.
                if (!isInterruption(e.getCause()) || Thread.currentThread().isInterrupted()) {
                    throw asIoException(e.getCause());
                }
            }
        }
    }

    private static boolean isInterruption(@Nullable Throwable cause) {
        return cause instanceof InterruptedIOException || cause instanceof ClosedByInterruptException;
    }

    private static IOException asIoException(@Nullable Throwable cause) {
        return cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
    }
}
