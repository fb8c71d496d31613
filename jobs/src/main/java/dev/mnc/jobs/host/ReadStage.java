package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The first stage of a {@link ModelHost}: reads the images' files ahead, with several threads for each task, since an
 * object store answers one request slowly and many at once.
 */
final class ReadStage {

    /** Reads that may hang at once: each holds a thread, a connection, and its file's bytes. */
    private static final int MOST_ABANDONED = 64;

    private final HostSettings settings;
    private final ByteBudget files;
    private final ByteBudget queue;
    private final DecodeStage decode;
    private final Watchdog watchdog;
    private final HostState state;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> ModelHost.thread(task, "mnc-read"));
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();

    /**
     * @param files bytes of files read and not yet decoded
     * @param queue bytes of decoded images and outcomes
     */
    ReadStage(
            HostSettings settings,
            ByteBudget files,
            ByteBudget queue,
            DecodeStage decode,
            Watchdog watchdog,
            HostState state) {
        this.settings = settings;
        this.files = files;
        this.queue = queue;
        this.decode = decode;
        this.watchdog = watchdog;
        this.state = state;
    }

    /** Starts reading a task's images. */
    void start(ImageStream stream, int images) {
        int count = Math.min(settings.readers(), images);
        for (int i = 0; i < count; i++) {
            active.incrementAndGet();
            threads.execute(() -> readAll(stream));
        }
    }

    /** Whether files are still to come. */
    boolean isActive() {
        return active.get() > 0;
    }

    void close() {
        threads.shutdownNow();
    }

    private void readAll(ImageStream stream) {
        boolean isReplaced = false;
        try {
            ImageRef image = stream.nextToRead();
            while (image != null && !isReplaced) {
                isReplaced = !readOne(stream, image);
                image = isReplaced ? null : stream.nextToRead();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            state.breakDown(e);
        } finally {
            if (!isReplaced) {
                active.decrementAndGet();
            }
        }
    }

    /** Reads one file once there is room for it; returns whether it was read or failed in time, else another thread goes on. */
    private boolean readOne(ImageStream stream, ImageRef image) throws InterruptedException {
        long limit = settings.limits().bytes();
        if (image.sizeBytes() > limit) {
            String reason = "file of " + image.sizeBytes() + " bytes is over the limit of " + limit
                    + " (label.max-image-bytes)";
            fail(stream, image, reason, Cost.NONE);
            return true;
        }
        Lease lease = files.lease(image.sizeBytes());
        long start = System.nanoTime();
        Thread reader = Thread.currentThread();
        Watchdog.Work work =
                watchdog.begin(settings.deadlines().read(), () -> giveUp(stream, image, lease, start, reader));
        byte[] bytes = null;
        String reason = "";
        try {
            bytes = stream.reader().read(image);
        } catch (IOException e) {
            reason = e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (RuntimeException e) { // An address at which a library stumbles must not take the wave with it.
            reason = "cannot be read: " + e;
        } catch (Error e) {
            if (!work.end()) {
                return endAbandoned();
            }
            lease.close();
            throw e;
        }
        if (!work.end()) {
            return endAbandoned();
        }
        Cost cost = Cost.ofRead(System.nanoTime() - start);
        if (bytes == null) {
            lease.close();
            fail(stream, image, reason, cost);
        } else {
            decode.accept(new EncodedImage(stream, image, bytes, cost, lease));
        }
        return true;
    }

    /** Leaves an image to its reader, who may never come back, and lets another thread read the next ones. */
    private void giveUp(ImageStream stream, ImageRef image, Lease lease, long start, Thread reader) {
        lease.close();
        String reason =
                "reading took longer than " + settings.deadlines().read().toSeconds() + " s (label.read-seconds)";
        fail(stream, image, reason, Cost.ofRead(System.nanoTime() - start));
        int count = abandoned.incrementAndGet();
        if (count > MOST_ABANDONED) {
            state.breakDown(new UncheckedIOException(new IOException(
                    count + " reads have not ended after their deadline, the last one that of " + image.address())));
        }
        threads.execute(() -> readAll(stream));
        reader.interrupt(); // The client of an object store gives up then, a file system may not.
    }

    private boolean endAbandoned() {
        abandoned.decrementAndGet();
        boolean unused = Thread.interrupted();
        return false;
    }

    private void fail(ImageStream stream, ImageRef image, String reason, Cost cost) {
        Failure failure = new Failure(Stage.READ, reason);
        stream.deliver(ImageOutcome.failed(image, null, failure, cost), queue.leaseNow(0));
    }
}
