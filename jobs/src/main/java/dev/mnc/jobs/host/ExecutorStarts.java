package dev.mnc.jobs.host;

import dev.mnc.jobs.host.HostReports.Failure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The executors of a session as they come and go: which are starting, which have a model that works, and how many could not
 * start. One that cannot start is no reason to end a run while another one works, or may yet.
 */
final class ExecutorStarts {

    /** Executors that may die at their start without a word, beyond those that say why: machines fail, and managers stop them. */
    private static final int SILENT_DEATHS = 3;

    private final Map<String, String> starting = new HashMap<>();
    private final Set<String> working = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private final Set<String> failedHosts = new HashSet<>();
    private int expected;
    private int most = 1;
    private int told;
    private final Set<String> silent = new HashSet<>();
    private @Nullable Failure cause;

    /** Sets how many executors the session was told to start, 0 if it was not told. */
    void expect(int executors) {
        expected = executors;
    }

    /** Adds an executor, which has no model yet. */
    void added(String executor, String host) {
        starting.put(executor, host);
        most = Math.max(most, starting.size() + working.size());
    }

    /** Records that an executor's model works. */
    void works(String executor) {
        if (!failed.contains(executor)) {
            starting.remove(executor);
            working.add(executor);
        }
    }

    /** Records why an executor could not start, which may come to be known after its end. */
    void failed(Failure failure) {
        if (failed.add(failure.executor())) {
            end(failure);
            told++;
        } else if (silent.remove(failure.executor())) {
            told++;
            cause = cause != null && cause.executor().equals(failure.executor()) ? failure : cause;
        }
    }

    /** Records that an executor is gone. */
    void removed(String executor, String reason) {
        if (working.remove(executor)) {
            if (working.isEmpty()) {
                // What failed while others worked says nothing of whether any can.
                told = 0;
                silent.clear();
                cause = null;
                failedHosts.clear();
            }
        } else if (starting.containsKey(executor) && failed.add(executor)) {
            end(new Failure(executor, "it ended before its model was loaded: " + reason));
            silent.add(executor);
        }
    }

    private void end(Failure failure) {
        String host = starting.remove(failure.executor());
        if (host != null) {
            failedHosts.add(host);
        }
        cause = cause == null ? failure : cause;
    }

    /** Returns the first failure if no executor works and none can be expected to, else null. */
    @Nullable
    Failure hopeless() {
        int limit = expected > 0 ? Math.min(expected, 2 * most) : 2 * most;
        boolean manyFailed = told >= limit || told + silent.size() >= limit + SILENT_DEATHS;
        return working.isEmpty() && manyFailed && failedHosts.containsAll(starting.values()) ? cause : null;
    }
}
