package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

/**
 * The claim of one process to a run: who works on it and, by a counter that grows, that it is still alive. Written anew by
 * its owner every few seconds.
 *
 * @param runId names the run
 * @param number of the run among all of its table; 0 until it has one
 * @param owner unique to the claim
 * @param host of the process
 * @param space what tells equal process ids of one host apart: the boot and the namespace of processes
 * @param pid of the process
 * @param pidStarted when the process started, as its own host says; empty where that is unknown
 * @param startedAt ISO-8601, UTC; for people, nothing depends on it
 * @param beat grows by one with each sign of life; -1 once the owner has given the run up
 * @param beatSeconds between two signs of life
 * @param work what the run is about
 */
public record ClaimRecord(
        String runId,
        long number,
        String owner,
        String host,
        String space,
        long pid,
        String pidStarted,
        String startedAt,
        long beat,
        double beatSeconds,
        RunWork work) {

    /** The number of a run that has none yet. */
    public static final long NO_NUMBER = 0;

    /** The counter of a claim that its owner has given up. */
    public static final long GIVEN_UP = -1;

    public ClaimRecord {
        requireNonNull(runId, "runId");
        requireNonNull(owner, "owner");
        requireNonNull(host, "host");
        requireNonNull(space, "space");
        requireNonNull(pidStarted, "pidStarted");
        requireNonNull(startedAt, "startedAt");
        requireNonNull(work, "work");
    }

    /** Returns the claim with another value of the counter. */
    public ClaimRecord withBeat(long next) {
        return new ClaimRecord(runId, number, owner, host, space, pid, pidStarted, startedAt, next, beatSeconds, work);
    }

    /** Returns the claim with another number of the run. */
    public ClaimRecord withNumber(long other) {
        return new ClaimRecord(runId, other, owner, host, space, pid, pidStarted, startedAt, beat, beatSeconds, work);
    }

    /** Returns the claim as JSON text. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads a claim that {@link #toJson} wrote.
     *
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is no claim
     */
    public static ClaimRecord fromJson(String json, String source) {
        return RecordJson.read(json, ClaimRecord.class, "claim", source);
    }
}
