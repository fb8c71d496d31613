package dev.mnc.jobs.host;

import org.jspecify.annotations.Nullable;

/** The state of a {@link ModelHost} that all its threads share: working, broken down, or closed. */
final class HostState {

    private volatile @Nullable Throwable breakdown;
    private volatile boolean closed;

    /** Records why a thread of the host died; the first cause counts. */
    void breakDown(Throwable cause) {
        if (breakdown == null && !closed) {
            breakdown = cause;
        }
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isAlive() {
        return breakdown == null && !closed;
    }

    /** @throws IllegalStateException if a thread of the host died, or the host is closed */
    void requireAlive() {
        Throwable cause = breakdown;
        if (cause != null) {
            throw new IllegalStateException("the model's host broke down: " + cause, cause);
        }
        if (closed) {
            throw new IllegalStateException("the model's host is closed");
        }
    }
}
