package dev.mnc.jobs.host;

import dev.mnc.jobs.failure.MissingLibrary;
import dev.mnc.jobs.failure.OperatorException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The latest report of each executor of a Spark session, as the driver knows it while runs go on. */
public final class HostReports {

    private final Map<String, HostReport> latest = new ConcurrentHashMap<>();
    private volatile @Nullable Failure failure;

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

    public void add(HostReport report) {
        latest.merge(report.executor(), report, HostReport::later);
    }

    /** Records a failure; the first one counts, since the others follow from it. */
    public void add(Failure first) {
        if (failure == null) {
            failure = first;
        }
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
     * @throws OperatorException if an executor could not start or not load the model
     */
    public void requireModel() {
        Failure known = failure;
        if (known != null && known.reason.startsWith(MissingLibrary.WHAT)) {
            throw OperatorException.environment(
                    "executor " + known.executor + ": " + known.reason, MissingLibrary.REMEDY);
        }
        if (known != null) {
            throw known.error();
        }
    }
}
