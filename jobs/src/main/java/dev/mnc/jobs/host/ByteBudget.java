package dev.mnc.jobs.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes that may be held at once. Whoever asks first is served first, so that a large image is not passed over by small
 * ones for ever; with nothing held, any amount is granted, so that an image larger than the budget still gets through.
 *
 * <p>Only who is served is woken: many threads wait here, and waking all of them for each image costs more than reading it.
 */
final class ByteBudget {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Asker> askers = new ArrayDeque<>();
    private final long limit;
    private long held;

    private static final class Asker {
        private final long bytes;
        private final Condition turn;
        private boolean served;

        private Asker(long bytes, Condition turn) {
            this.bytes = bytes;
            this.turn = turn;
        }
    }

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Waits until the bytes may be held. */
    void acquire(long bytes) throws InterruptedException {
        Asker asker = new Asker(bytes, lock.newCondition());
        lock.lock();
        try {
            askers.add(asker);
            serve();
            while (!asker.served) {
                asker.turn.await();
            }
        } catch (InterruptedException e) {
            giveUp(asker);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(Asker asker) {
        if (asker.served) {
            held -= asker.bytes;
        } else {
            askers.remove(asker);
        }
        serve();
    }

    private void serve() {
        for (Asker first = askers.peek();
                first != null && (held == 0 || held + first.bytes <= limit);
                first = askers.peek()) {
            held += first.bytes;
            first.served = true;
            first.turn.signal();
            askers.remove();
        }
    }

    /** Holds more, or less where negative, without waiting: for what an image turns into on its way. */
    void change(long bytes) {
        lock.lock();
        try {
            held += bytes;
            serve();
        } finally {
            lock.unlock();
        }
    }

    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }
}
