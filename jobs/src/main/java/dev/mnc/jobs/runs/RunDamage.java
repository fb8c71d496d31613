package dev.mnc.jobs.runs;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.failure.OperatorException;

/**
 * A fault of a published run.
 *
 * @param table uri of the table
 * @param runId names the run
 * @param what is wrong with which of its files
 */
public record RunDamage(String table, String runId, String what) {

    public RunDamage {
        requireNonNull(table, "table");
        requireNonNull(runId, "runId");
        requireNonNull(what, "what");
    }

    /** Returns the error with which a reader ends that cannot do without the run. */
    public OperatorException error() {
        return OperatorException.environment(
                sentence(),
                "put the file back, or leave the run out: " + "mnc retract --table " + run()
                        + "; see all of its damage: " + "mnc verify --table " + run());
    }

    /** Returns the warning of a job that goes on without the run. */
    public String warning() {
        return sentence() + "; its images are work again (see " + "mnc verify --table " + run() + ")";
    }

    private String sentence() {
        return "run " + runId + " in " + table + " is damaged: " + what;
    }

    private String run() {
        return table + " --run " + runId;
    }
}
