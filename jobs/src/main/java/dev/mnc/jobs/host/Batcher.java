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
 * Gathers decoded images of all tasks into batches of one padded shape. A batch goes when it is full, when its first
 * image has waited long enough, or when no other image is on its way.
 */
final class Batcher {

    /** How often a waiting device looks again; short beside a batch, long beside what looking costs. */
    private static final long LOOK_NANOS = 2_000_000;

    private final Map<NetworkInput.Bucket, Deque<Work>> waiting = new LinkedHashMap<>();
    private final long waitNanos;
    private final Supplier<Wait> upstream;
    private int size;

    /** @param upstream what an image that is not here yet is waiting for */
    Batcher(int size, long waitNanos, Supplier<Wait> upstream) {
        this.size = size;
        this.waitNanos = waitNanos;
        this.upstream = upstream;
    }

    synchronized void add(Work work) {
        Deque<Work> bucket = waiting.computeIfAbsent(work.input().bucket(), shape -> new ArrayDeque<>());
        bucket.add(work);
        if (bucket.size() >= size) {
            notifyAll();
        }
    }

    /** The largest batch from now on; the device has no memory for more. */
    synchronized void limit(int images) {
        size = Math.min(size, images);
    }

    /** Waits for a batch, and enters what it waited for. */
    List<Work> take(HostMeter meter) throws InterruptedException {
        while (true) {
            long before = System.nanoTime();
            Wait cause;
            synchronized (this) {
                Wait missing = upstream.get();
                List<Work> batch = due(before, missing);
                if (!batch.isEmpty()) {
                    return batch;
                }
                cause = waiting.isEmpty() ? missing : Wait.BATCH;
                TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
            }
            meter.waited(cause, System.nanoTime() - before);
        }
    }

    private List<Work> due(long now, Wait missing) {
        NetworkInput.Bucket oldest = null;
        long since = Long.MAX_VALUE;
        for (Map.Entry<NetworkInput.Bucket, Deque<Work>> bucket : waiting.entrySet()) {
            if (bucket.getValue().size() >= size) {
                return batch(bucket.getKey());
            }
            long arrived = bucket.getValue().getFirst().arrived();
            if (oldest == null || arrived - since < 0) {
                oldest = bucket.getKey();
                since = arrived;
            }
        }
        boolean nothingElseComes = missing == Wait.WRITE || missing == Wait.TASK;
        return oldest != null && (nothingElseComes || now - since >= waitNanos) ? batch(oldest) : List.of();
    }

    private List<Work> batch(NetworkInput.Bucket bucket) {
        Deque<Work> works = waiting.get(bucket);
        List<Work> batch = new ArrayList<>(size);
        while (works != null && !works.isEmpty() && batch.size() < size) {
            batch.add(works.remove());
        }
        if (works != null && works.isEmpty()) {
            waiting.remove(bucket);
        }
        return batch;
    }
}
