package dev.mnc.jobs.outcome;

/** The failure of a command, thrown out of the main method where a cluster's manager shows it to people. */
public final class CommandFailedException extends RuntimeException {

    /** Creates a failure without a stack trace: it would stand in the manager's diagnostics, and tell nothing there. */
    public CommandFailedException(Outcome outcome) {
        super(outcome.sentence(), null, false, false);
    }
}
