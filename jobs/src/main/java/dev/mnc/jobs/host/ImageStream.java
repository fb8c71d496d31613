package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.schemas.ImageRef;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task's side of a {@link ModelHost}: the images that the task puts in, and an iterator over their outcomes, as many
 * and in the order in which they are finished. Reading goes on in threads of the host, so the task's own thread only
 * takes outcomes and writes them.
 */
public final class ImageStream implements Iterator<ImageOutcome>, AutoCloseable {

    /** How often a task that waits checks that the host is still alive. */
    private static final long CHECK_SECONDS = 1;

    private final Iterator<ImageRef> images;
    private final ImageReader reader;
    private final HostMeter meter;
    private final HostState state;
    private final Consumer<ImageStream> onClose;
    private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
    private int remaining;
    private volatile boolean closed;

    /** An outcome that the task has not taken yet, and the bytes it holds. */
    private record Finished(ImageOutcome outcome, Lease lease) {}

    ImageStream(
            List<ImageRef> images,
            ImageReader reader,
            HostMeter meter,
            HostState state,
            Consumer<ImageStream> onClose) {
        this.images = images.iterator();
        this.remaining = images.size();
        this.reader = reader;
        this.meter = meter;
        this.state = state;
        this.onClose = onClose;
    }

    @Override
    public boolean hasNext() {
        return remaining > 0;
    }

    /**
     * Returns the outcome of the image that was finished next, waiting for it.
     *
     * @throws IllegalStateException if the host broke down, or the task was cancelled
     */
    @Override
    public ImageOutcome next() {
        if (remaining == 0) {
            throw new NoSuchElementException();
        }
        try {
            Finished image = finished.poll(CHECK_SECONDS, TimeUnit.SECONDS);
            while (image == null) {
                state.requireAlive();
                image = finished.poll(CHECK_SECONDS, TimeUnit.SECONDS);
            }
            remaining--;
            image.lease.close();
            return image.outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was cancelled", e);
        }
    }

    /** Ends the stream; those of its images that have no outcome yet are dropped. */
    @Override
    public void close() {
        synchronized (finished) {
            closed = true;
            for (Finished image = finished.poll(); image != null; image = finished.poll()) {
                image.lease.close();
            }
        }
        onClose.accept(this);
    }

    boolean isClosed() {
        return closed;
    }

    ImageReader reader() {
        return reader;
    }

    /** Returns the next image to read, or null if there is none left or the task is over. Called by several threads. */
    @Nullable
    ImageRef nextToRead() {
        synchronized (images) {
            return !closed && images.hasNext() ? images.next() : null;
        }
    }

    /**
     * Hands an image's outcome to the task. A failure in a host that is closed or broke down says nothing about the image,
     * and is dropped: the task learns that the host is gone.
     *
     * @param lease what the image holds; from now on it holds its outcome's size, until the task takes it
     */
    void deliver(ImageOutcome outcome, Lease lease) {
        if (outcome.failure() != null && !state.isAlive()) {
            lease.close();
            return;
        }
        meter.done(outcome);
        // Under the lock, so that no outcome enters the queue after close() has emptied it.
        synchronized (finished) {
            if (closed) {
                lease.close();
            } else {
                lease.resize(outcome.bytes());
                finished.add(new Finished(outcome, lease));
            }
        }
    }
}
