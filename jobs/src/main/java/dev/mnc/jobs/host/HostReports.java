package dev.mnc.jobs.host;

import dev.mnc.jobs.failure.MissingLibrary;
import dev.mnc.jobs.failure.OperatorException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The latest report of each executor of a Spark session, as the driver knows it while runs go on. */
public final class HostReports {

    private final Map<String, HostReport> latest = new ConcurrentHashMap<>();
    private final ExecutorStarts starts = new ExecutorStarts();
    private @Nullable DeviceLost lastLost;
    private final Queue<String> news = new ConcurrentLinkedQueue<>();

    HostReports() {}

    /**
     * The failure of an executor to start.
     *
     * @param executor Spark's id of the executor
     * @param reason of the failure
     * @param remedy what the operator can do, or null where only the model or the machine can be to blame
     */
    public record Failure(
            String executor, String reason, @Nullable String remedy) implements Serializable {

        /** Creates the failure to load the model. */
        public Failure(String executor, String reason) {
            this(executor, reason, null);
        }

        private OperatorException error() {
            return remedy == null
                    ? OperatorException.environment(
                            "executor " + executor + " cannot load the model: " + reason,
                            "fix the model or the executor's machine, then run the same command again")
                    : OperatorException.environment("executor " + executor + " cannot start: " + reason, remedy);
        }
    }

    /**
     * The failure of a device at work, after which its executor leaves.
     *
     * @param executor Spark's id of the executor
     * @param host that it is on
     * @param reason of the failure
     */
    public record DeviceLost(String executor, String host, String reason) implements Serializable {

        /** Returns the sentence about it. */
        public String what() {
            return "the device of executor " + executor + " on " + host + " failed: " + reason;
        }
    }

    /** Sets how many executors the session was told to start, 0 if it was not told. */
    public synchronized void expect(int executors) {
        starts.expect(executors);
    }

    public void add(HostReport report) {
        latest.merge(report.executor(), report, HostReport::later);
        synchronized (this) {
            starts.works(report.executor());
        }
    }

    /** Records that an executor could not start. */
    public synchronized void add(Failure failure) {
        starts.failed(failure);
        news.add(failure.error().getMessage() + "; the run goes on while other executors work");
    }

    /** Records that an executor leaves because its device failed. */
    public synchronized void add(DeviceLost lost) {
        lastLost = lost;
        news.add(lost.what() + "; the executor leaves, and its images go to others");
    }

    /** Records that an executor has registered, which has no model yet. */
    public synchronized void added(String executor, String host) {
        starts.added(executor, host);
    }

    /** Records that an executor is gone. */
    public synchronized void removed(String executor, String reason) {
        starts.removed(executor, reason);
    }

    /** Returns the last failure of a device, if there was one. */
    public synchronized Optional<DeviceLost> lastDeviceLost() {
        return Optional.ofNullable(lastLost);
    }

    /** Returns what an operator should know and was not told yet. */
    public List<String> news() {
        List<String> lines = new ArrayList<>();
        for (String line = news.poll(); line != null; line = news.poll()) {
            lines.add(line);
        }
        return lines;
    }

    /** Returns whether no executor works, and none can be expected to. */
    public synchronized boolean isHopeless() {
        return starts.hopeless() != null;
    }

    /** Returns the latest report of each executor, whatever run it is about. */
    public Collection<HostReport> all() {
        return latest.values();
    }

    /** Returns the latest report of each executor that labels this run; the session's earlier runs are left out. */
    public List<HostReport> of(String run) {
        return latest.values().stream()
                .filter(report -> report.run().equals(run))
                .toList();
    }

    /**
     * Ends the run if it cannot go well.
     *
     * @throws OperatorException if no executor works, because all that came could not start or not load the model
     */
    public void requireModel() {
        Failure known;
        synchronized (this) {
            known = starts.hopeless();
        }
        if (known != null && known.reason.startsWith(MissingLibrary.WHAT)) {
            throw OperatorException.environment(
                    "executor " + known.executor + ": " + known.reason, MissingLibrary.REMEDY);
        }
        if (known != null) {
            throw known.error();
        }
    }
}
