package dev.mnc.jobs.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A loop over many items on several threads, which hides the latency of an object store. */
public final class ParallelTasks {

    /** The body of the loop. */
    public interface Task<T> {

        void run(T item) throws IOException;
    }

    private ParallelTasks() {}

    /**
     * Runs the task for each item; takes no more items at once than it has threads.
     *
     * @throws IOException the first one that a task threw; no further item is begun then
     */
    public static <T> void forEach(int threads, Iterator<T> items, Task<T> task) throws IOException {
        AtomicBoolean failed = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "mnc-list");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> {
                    runAll(items, task, failed);
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while listing");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } finally {
            failed.set(true);
            pool.shutdownNow();
        }
    }

    private static <T> void runAll(Iterator<T> items, Task<T> task, AtomicBoolean failed) throws IOException {
        try {
            for (T item = next(items); item != null && !failed.get(); item = next(items)) {
                task.run(item);
            }
        } catch (IOException | RuntimeException e) {
            failed.set(true);
            throw e;
        }
    }

    private static <T> @Nullable T next(Iterator<T> items) {
        synchronized (items) {
            return items.hasNext() ? items.next() : null;
        }
    }
}
