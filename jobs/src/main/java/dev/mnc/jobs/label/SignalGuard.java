package dev.mnc.jobs.label;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The answer of a run to a signal that ends its process (SIGTERM, Ctrl-C): it may commit what is whole before Spark stops.
 * The process ends with the exit code of the signal, 143 or 130, whatever the run does.
 */
final class SignalGuard {

    /** Before Spark stops, whose hook has a lower priority; the managers of clusters wait about 30 s. */
    private static final int PRIORITY = 100;

    private static final long SECONDS = 25;

    private SignalGuard() {}

    /**
     * Does the work.
     *
     * @param stop called once if the process is to end meanwhile, in a thread of its own, while all others go on
     */
    static <T> T during(Runnable stop, Supplier<T> work) {
        ShutdownHookManager hooks = ShutdownHookManager.get();
        hooks.addShutdownHook(stop, PRIORITY, SECONDS, TimeUnit.SECONDS);
        try {
            return work.get();
        } finally {
            if (!hooks.isShutdownInProgress()) {
                boolean unused = hooks.removeShutdownHook(stop);
            }
        }
    }
}
