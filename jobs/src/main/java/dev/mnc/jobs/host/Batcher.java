package dev.mnc.jobs.host;

import dev.mnc.jobs.host.HostMeter.Wait;
import dev.mnc.model.cascade.NetworkInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The queue before the device, in which decoded images of all tasks gather into batches of one padded shape. A batch is
 * due when it is full, when its first image has waited long enough, or when no other image is on its way.
 */
final class Batcher {

    /** How often a waiting device checks again; short beside a batch, long beside what a check costs. */
    private static final long CHECK_NANOS = 2_000_000;

    private final Map<NetworkInput.Bucket, Deque<DecodedImage>> waiting = new LinkedHashMap<>();
    private final long waitNanos;
    private final Supplier<Wait> upstream;
    private int size;
    private boolean closed;

    /**
     * @param size images in a full batch, at least 1
     * @param waitNanos how long the first image of a batch that is not full waits, ns
     * @param upstream what images that are not decoded yet wait for
     */
    Batcher(int size, long waitNanos, Supplier<Wait> upstream) {
        this.size = size;
        this.waitNanos = waitNanos;
        this.upstream = upstream;
    }

    /** Takes an image over, or drops it if the queue is closed. */
    synchronized void add(DecodedImage image) {
        if (closed) {
            image.close();
            return;
        }
        Deque<DecodedImage> bucket = waiting.computeIfAbsent(image.input().bucket(), shape -> new ArrayDeque<>());
        bucket.add(image);
        if (bucket.size() >= size) {
            notifyAll();
        }
    }

    /** Makes batches no larger than this from now on: the device has no memory for more. */
    synchronized void limit(int images) {
        size = Math.min(size, images);
    }

    /** Drops all images, and those that are added later. */
    synchronized void close() {
        closed = true;
        waiting.values().forEach(images -> images.forEach(DecodedImage::close));
        waiting.clear();
    }

    /** Waits until a batch is due, and records in the meter what the device waited for meanwhile. */
    List<DecodedImage> take(HostMeter meter) throws InterruptedException {
        while (true) {
            long before = System.nanoTime();
            Wait cause;
            synchronized (this) {
                Wait missing = upstream.get();
                List<DecodedImage> batch = due(before, missing);
                if (!batch.isEmpty()) {
                    return batch;
                }
                cause = waiting.isEmpty() ? missing : Wait.BATCH;
                TimeUnit.NANOSECONDS.timedWait(this, CHECK_NANOS);
            }
            meter.waited(cause, System.nanoTime() - before);
        }
    }

    /** Returns the batch to run now, or nothing. */
    private List<DecodedImage> due(long now, Wait missing) {
        NetworkInput.Bucket oldest = null;
        long since = Long.MAX_VALUE;
        for (Map.Entry<NetworkInput.Bucket, Deque<DecodedImage>> bucket : waiting.entrySet()) {
            if (bucket.getValue().size() >= size) {
                return batch(bucket.getKey());
            }
            long decodedAt = bucket.getValue().getFirst().decodedAt();
            if (oldest == null || decodedAt - since < 0) {
                oldest = bucket.getKey();
                since = decodedAt;
            }
        }
        boolean nothingElseComes = missing == Wait.WRITE || missing == Wait.TASK;
        return oldest != null && (nothingElseComes || now - since >= waitNanos) ? batch(oldest) : List.of();
    }

    private List<DecodedImage> batch(NetworkInput.Bucket bucket) {
        Deque<DecodedImage> images = waiting.get(bucket);
        List<DecodedImage> batch = new ArrayList<>(size);
        while (images != null && !images.isEmpty() && batch.size() < size) {
            batch.add(images.remove());
        }
        if (images != null && images.isEmpty()) {
            waiting.remove(bucket);
        }
        return batch;
    }
}
