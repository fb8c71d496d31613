package dev.mnc.jobs.label;

import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.host.HostReport;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What executors tell the driver while a run goes on. */
final class LiveReports {

    private static final Map<String, HostReport> DEVICES = new ConcurrentHashMap<>();
    private static volatile @Nullable Failure failure;

    private LiveReports() {}

    /** A model that could not be loaded. */
    record Failure(String executor, String reason) implements Serializable {}

    /** A new session begins. */
    static void clear() {
        DEVICES.clear();
        failure = null;
    }

    /** A new run begins. */
    static void forget() {
        DEVICES.clear();
    }

    static void add(HostReport report) {
        DEVICES.merge(report.executor(), report, HostReport::later);
    }

    static void add(Failure first) {
        if (failure == null) {
            failure = first;
        }
    }

    static Map<String, HostReport> devices() {
        return DEVICES;
    }

    /** @throws OperatorException if an executor could not load the model */
    static void requireModel() {
        Failure known = failure;
        if (known != null) {
            throw OperatorException.environment(
                    "executor " + known.executor + " cannot load the model: " + known.reason,
                    "fix the model or the executor's machine, then run the same command again");
        }
    }
}
