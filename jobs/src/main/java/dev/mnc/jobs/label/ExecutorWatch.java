package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostReports;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** A listener that tells the session's reports which executors come and go, since one that is killed says nothing itself. */
final class ExecutorWatch extends SparkListener {

    private final HostReports reports;
    private final Runnable whenHopeless;

    /** @param whenHopeless called when no executor works and none can be expected to */
    ExecutorWatch(HostReports reports, Runnable whenHopeless) {
        this.reports = reports;
        this.whenHopeless = whenHopeless;
    }

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
        reports.added(added.executorId(), added.executorInfo().executorHost());
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
        reports.removed(removed.executorId(), removed.reason());
        CrashLog.jvm().removed(removed.executorId());
        if (reports.isHopeless()) {
            whenHopeless.run();
        }
    }
}
