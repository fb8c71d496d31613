package dev.mnc.jobs.label;

import dev.mnc.jobs.failure.EnvironmentFailure;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.host.DeviceException;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.jobs.host.HostReports.DeviceLost;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** The latest failure of a task, with the machine it happened on, which Spark leaves out where it gives up. */
final class TaskFailures extends SparkListener {

    private static final String LOCAL = "driver";

    /** Exit code of an executor whose heap was too small. */
    private static final int OUT_OF_MEMORY = 52;

    /** Spark tells its listeners later than the thread that waits for the job. */
    private static final long LONGEST_WAIT_MILLIS = 2000;

    private final HostReports reports;
    private @Nullable Last last;

    /** A failure: an exception of a task, or the loss of its executor. */
    private sealed interface Last {}

    private record Thrown(String where, @Nullable Throwable exception, String description) implements Last {}

    private record Lost(String executor, String where, String reason) implements Last {}

    /** @param reports of the session */
    TaskFailures(HostReports reports) {
        this.reports = reports;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        String executor = end.taskInfo().executorId();
        String where = (executor.equals(LOCAL) ? "" : "executor " + executor + " ") + "on "
                + end.taskInfo().host();
        if (end.reason() instanceof ExceptionFailure failure) {
            Option<Throwable> exception = failure.exception();
            record(new Thrown(
                    where,
                    exception.isEmpty() ? null : exception.get(),
                    failure.className() + ": " + failure.description()));
        } else if (end.reason() instanceof ExecutorLostFailure lost) {
            record(new Lost(
                    executor,
                    where,
                    lost.reason().isEmpty()
                            ? "for no known reason"
                            : lost.reason().get()));
        }
    }

    private synchronized void record(Last failure) {
        last = failure;
        notifyAll();
    }

    /**
     * Returns the failure of the environment that ended a job; empty if it is a defect of ours.
     *
     * @param thrown by the job
     */
    Optional<EnvironmentFailure> cause(Throwable thrown) {
        Optional<EnvironmentFailure> known = EnvironmentFailure.in(thrown);
        if (!isOfSpark(thrown)) {
            return known;
        }
        Last task = awaitLast();
        if (task == null) {
            // Where Spark itself gave up it names no cause: its context was stopped, or its cluster took the executors
            // away.
            return thrown.getCause() == null
                    ? Optional.of(new EnvironmentFailure(ErrorMessages.firstLine(thrown), "fix what is wrong"))
                    : known;
        }
        return task instanceof Lost lost ? Optional.of(cause(lost)) : cause((Thrown) task);
    }

    private synchronized @Nullable Last awaitLast() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
        try {
            while (last == null && end - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return last;
    }

    private EnvironmentFailure cause(Lost lost) {
        Optional<DeviceLost> device =
                reports.lastDeviceLost().filter(left -> left.executor().equals(lost.executor));
        if (lost.reason.contains("code " + OUT_OF_MEMORY)) {
            return EnvironmentFailure.in(new OutOfMemoryError(lost.where)).orElseThrow();
        }
        return device.map(left -> new EnvironmentFailure(left.what(), "fix what is wrong"))
                .orElse(new EnvironmentFailure(
                        lost.where + " died: " + firstLine(lost.reason),
                        "see its log, and give it more memory if it had too little"));
    }

    private static Optional<EnvironmentFailure> cause(Thrown failure) {
        for (Throwable each = failure.exception; each != null; each = each.getCause()) {
            if (each instanceof DeviceException) {
                return Optional.of(new EnvironmentFailure(
                        "the device failed (" + failure.where + "): " + each.getMessage(), "fix what is wrong"));
            }
        }
        if (failure.exception == null) {
            return Optional.of(new EnvironmentFailure(
                    firstLine(failure.description) + " (" + failure.where + ")", "fix what is wrong"));
        }
        return EnvironmentFailure.in(failure.exception)
                .map(known -> new EnvironmentFailure(known.what() + " (" + failure.where + ")", known.todo()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text).strip();
    }

    private static boolean isOfSpark(Throwable thrown) {
        return thrown.getClass().getName().equals("org.apache.spark.SparkException");
    }
}
