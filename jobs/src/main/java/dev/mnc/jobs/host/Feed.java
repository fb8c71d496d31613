package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Stage;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One task's side of a {@link ModelHost}: images go in, and as many outcomes come out, in the order in which they are
 * done. Images are read by several threads at once and held back where bytes run short; so the task thread only takes and
 * writes.
 */
public final class Feed implements Iterator<ImageOutcome>, AutoCloseable {

    /** How often a task that waits looks whether its host still lives. */
    private static final long LOOK_SECONDS = 1;

    private final ModelHost host;
    private final Iterator<ImageRef> images;
    private final ImageReader reader;
    private final BlockingQueue<ImageOutcome> done = new LinkedBlockingQueue<>();
    private int left;
    private volatile boolean closed;

    Feed(ModelHost host, List<ImageRef> images, ImageReader reader) {
        this.host = host;
        this.images = images.iterator();
        this.left = images.size();
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    /**
     * The next image that is done.
     *
     * @throws IllegalStateException if the host broke down, or the task was cancelled
     */
    @Override
    public ImageOutcome next() {
        if (left == 0) {
            throw new NoSuchElementException();
        }
        try {
            ImageOutcome outcome = done.poll(LOOK_SECONDS, TimeUnit.SECONDS);
            while (outcome == null) {
                host.requireAlive();
                outcome = done.poll(LOOK_SECONDS, TimeUnit.SECONDS);
            }
            left--;
            host.queue().change(-outcome.bytes());
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was cancelled", e);
        }
    }

    /** Ends the feed; what of its images is still on its way is dropped. */
    @Override
    public void close() {
        synchronized (done) {
            closed = true;
            for (ImageOutcome outcome = done.poll(); outcome != null; outcome = done.poll()) {
                host.queue().change(-outcome.bytes());
            }
        }
        host.closed(this);
    }

    boolean isClosed() {
        return closed;
    }

    /** What a reading thread does: one image after the other, until there is none. */
    void readAll() {
        ImageRef image = following();
        while (image != null) {
            try {
                read(image);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            image = following();
        }
    }

    private @Nullable ImageRef following() {
        synchronized (images) {
            return !closed && images.hasNext() ? images.next() : null;
        }
    }

    private void read(ImageRef image) throws InterruptedException {
        long limit = host.settings().limits().bytes();
        if (image.sizeBytes() > limit) {
            String reason = "file of " + image.sizeBytes() + " bytes is over the limit of " + limit
                    + " (label.max-image-bytes)";
            done(ImageOutcome.failed(image, null, Stage.READ, reason, Cost.NONE));
            return;
        }
        host.reading().acquire(image.sizeBytes());
        long start = System.nanoTime();
        byte[] bytes;
        try {
            bytes = reader.read(image);
        } catch (IOException e) {
            host.reading().change(-image.sizeBytes());
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            done(ImageOutcome.failed(image, null, Stage.READ, reason, new Cost(System.nanoTime() - start, 0, 0, 0)));
            return;
        }
        host.decode(this, image, bytes, new Cost(System.nanoTime() - start, 0, 0, 0));
    }

    /** Hands an image's end to the task. */
    void done(ImageOutcome outcome) {
        host.meter().done(outcome);
        // A feed that closes meanwhile must not keep bytes that nobody gives back.
        synchronized (done) {
            if (!closed) {
                host.queue().change(outcome.bytes());
                done.add(outcome);
            }
        }
    }
}
