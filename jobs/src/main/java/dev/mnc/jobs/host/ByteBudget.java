package dev.mnc.jobs.host;

import java.util.HashSet;
import java.util.Set;

/**
 * Bytes that may be held at once. Whoever asks first is served first, so that a large image is not passed over by small
 * ones for ever; with nothing held, any amount is granted, so that an image larger than the budget still gets through.
 */
final class ByteBudget {

    private final long limit;
    private long held;
    private long tickets;
    private long serving;
    private final Set<Long> abandoned = new HashSet<>();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Waits until the bytes may be held. */
    synchronized void acquire(long bytes) throws InterruptedException {
        long ticket = tickets++;
        try {
            while (ticket != serving || (held > 0 && held + bytes > limit)) {
                wait();
            }
            held += bytes;
        } finally {
            // One that was interrupted gives up its place in the queue, whenever its turn comes.
            passOn(ticket);
        }
    }

    private void passOn(long ticket) {
        if (ticket == serving) {
            serving++;
            notifyAll();
        } else {
            abandoned.add(ticket);
        }
        while (abandoned.remove(serving)) {
            serving++;
            notifyAll();
        }
    }

    /** Holds more, or less where negative, without waiting: for what an image turns into on its way. */
    synchronized void change(long bytes) {
        held += bytes;
        if (bytes < 0) {
            notifyAll();
        }
    }

    synchronized long held() {
        return held;
    }
}
