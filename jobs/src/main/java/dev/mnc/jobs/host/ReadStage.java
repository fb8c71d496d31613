package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Failure;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The first stage of a {@link ModelHost}: reads the images' files ahead, with several threads for each task, since an
 * object store answers one request slowly and many at once.
 */
final class ReadStage {

    private final HostSettings settings;
    private final ByteBudget files;
    private final ByteBudget queue;
    private final DecodeStage decode;
    private final HostState state;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> ModelHost.thread(task, "mnc-read"));
    private final AtomicInteger active = new AtomicInteger();

    /**
     * @param files bytes of files read and not yet decoded
     * @param queue bytes of decoded images and outcomes
     */
    ReadStage(HostSettings settings, ByteBudget files, ByteBudget queue, DecodeStage decode, HostState state) {
        this.settings = settings;
        this.files = files;
        this.queue = queue;
        this.decode = decode;
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
        try {
            for (ImageRef image = stream.nextToRead(); image != null; image = stream.nextToRead()) {
                EncodedImage read = read(stream, image);
                if (read != null) {
                    decode.accept(read);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            state.breakDown(e);
        } finally {
            active.decrementAndGet();
        }
    }

    /** Reads one file once there is room for it; returns null if the image ended here, with a failure. */
    private @Nullable EncodedImage read(ImageStream stream, ImageRef image) throws InterruptedException {
        long limit = settings.limits().bytes();
        if (image.sizeBytes() > limit) {
            String reason = "file of " + image.sizeBytes() + " bytes is over the limit of " + limit
                    + " (label.max-image-bytes)";
            fail(stream, image, reason, Cost.NONE);
            return null;
        }
        Lease lease = files.lease(image.sizeBytes());
        long start = System.nanoTime();
        try {
            byte[] bytes = stream.reader().read(image);
            return new EncodedImage(stream, image, bytes, Cost.ofRead(System.nanoTime() - start), lease);
        } catch (IOException e) {
            lease.close();
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            fail(stream, image, reason, Cost.ofRead(System.nanoTime() - start));
            return null;
        } catch (RuntimeException e) { // An address at which a library stumbles must not take the wave with it.
            lease.close();
            fail(stream, image, "cannot be read: " + e, Cost.ofRead(System.nanoTime() - start));
            return null;
        } catch (Error e) {
            lease.close();
            throw e;
        }
    }

    private void fail(ImageStream stream, ImageRef image, String reason, Cost cost) {
        Failure failure = new Failure(Stage.READ, reason);
        stream.deliver(ImageOutcome.failed(image, null, failure, cost), queue.leaseNow(0));
    }
}
