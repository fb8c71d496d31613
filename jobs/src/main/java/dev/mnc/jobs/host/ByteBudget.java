package dev.mnc.jobs.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An upper bound on the bytes that images hold at once, handed out as {@linkplain Lease leases}. Requests are served in
 * the order in which they come, so that small images do not overtake a large one for ever; while nothing is leased, any
 * amount is granted, so that an image larger than the whole budget still gets through.
 *
 * <p>Only the request that is served is woken: many threads wait here, and waking all of them for each image costs more
 * than reading it.
 */
final class ByteBudget {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Request> requests = new ArrayDeque<>();
    private final long limit;
    private long held;

    private static final class Request {
        private final long bytes;
        private final Condition turn;
        private boolean served;

        private Request(long bytes, Condition turn) {
            this.bytes = bytes;
            this.turn = turn;
        }
    }

    /** @param limit bytes that may be leased at once, at least 1 */
    ByteBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Bytes of the budget that one image holds until it closes the lease. An image passes its lease from stage to
     * stage; whichever stage has it last closes it.
     */
    final class Lease implements AutoCloseable {

        private long bytes;
        private boolean closed;

        private Lease(long bytes) {
            this.bytes = bytes;
        }

        /**
         * Changes what the image holds, without waiting: for what it turns into on its way.
         *
         * @throws IllegalStateException if the lease is closed
         */
        void resize(long newBytes) {
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("a closed lease cannot be resized to " + newBytes + " bytes");
                }
                held += newBytes - bytes;
                bytes = newBytes;
                serve();
            } finally {
                lock.unlock();
            }
        }

        /** Returns the bytes to the budget; a second call does nothing. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    held -= bytes;
                    serve();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until the bytes fit into the budget and leases them. */
    Lease lease(long bytes) throws InterruptedException {
        Request request = new Request(bytes, lock.newCondition());
        lock.lock();
        try {
            requests.add(request);
            serve();
            while (!request.served) {
                request.turn.await();
            }
            return new Lease(bytes);
        } catch (InterruptedException e) {
            withdraw(request);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Leases bytes without waiting, over the limit if need be. */
    Lease leaseNow(long bytes) {
        lock.lock();
        try {
            held += bytes;
            return new Lease(bytes);
        } finally {
            lock.unlock();
        }
    }

    private void withdraw(Request request) {
        if (request.served) {
            held -= request.bytes;
        } else {
            requests.remove(request);
        }
        serve();
    }

    private void serve() {
        for (Request first = requests.peek();
                first != null && (held == 0 || held + first.bytes <= limit);
                first = requests.peek()) {
            held += first.bytes;
            first.served = true;
            first.turn.signal();
            requests.remove();
        }
    }

    /** Returns the bytes of all open leases. */
    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }
}
