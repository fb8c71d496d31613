package dev.mnc.jobs.host;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state of a {@link ModelHost} that all its threads share: working, broken down, or closed. */
final class HostState {

    private final Consumer<DeviceException> whenDeviceFails;
    private volatile @Nullable Throwable breakdown;
    private volatile boolean closed;

    /** @param whenDeviceFails called at most once, by the thread that notices */
    HostState(Consumer<DeviceException> whenDeviceFails) {
        this.whenDeviceFails = whenDeviceFails;
    }

    /** Records why a thread of the host died; the first cause counts. */
    void breakDown(Throwable cause) {
        synchronized (this) {
            if (breakdown != null || closed) {
                return;
            }
            breakdown = cause;
        }
        if (cause instanceof DeviceException device) {
            whenDeviceFails.accept(device);
        }
    }

    synchronized void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns the failure of the device that the host broke down of, or null. */
    @Nullable
    DeviceException deviceFailure() {
        return breakdown instanceof DeviceException device ? device : null;
    }

    boolean isAlive() {
        return breakdown == null && !closed;
    }

    /**
     * @throws DeviceException if the device failed
     * @throws IllegalStateException if a thread of the host died of something else, or the host is closed
     */
    void requireAlive() {
        Throwable cause = breakdown;
        if (cause instanceof DeviceException device) {
            throw device.again();
        }
        if (cause != null) {
            throw sparingProcess("the model's host broke down: " + cause, cause);
        }
        if (closed) {
            throw new IllegalStateException("the model's host is closed");
        }
    }

    /**
     * Returns an exception that a task may throw although memory ran out: where an error of the JVM is its cause, Spark ends the
     * process, which with a local master is the driver's.
     */
    static IllegalStateException sparingProcess(String message, Throwable cause) {
        if (!(cause instanceof VirtualMachineError)) {
            return new IllegalStateException(message, cause);
        }
        IllegalStateException exception = new IllegalStateException(message);
        exception.addSuppressed(cause);
        return exception;
    }
}
