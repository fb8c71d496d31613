package dev.mnc.jobs.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.schemas.ClaimRecord;
import dev.mnc.schemas.RunRecord;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run as its operator sees it. Numbers that nothing tells are null.
 *
 * @param runId names the run
 * @param state what became of it
 * @param number among all runs of the table; 0 for runs of before they were numbered
 * @param startedAt ISO-8601, UTC
 * @param finishedAt ISO-8601, UTC
 * @param planned images that it was to label
 * @param committed of these, images that cannot be lost any more
 * @param failed of these, images with an error
 * @param instances found
 * @param bytes of its data files
 * @param imagesPerSecond its pace; of an unfinished run, of the last wave
 * @param host where the process runs or ran that has it
 * @param pid of that process
 * @param lastSign the last sign of life of that process, by the store's clock, ISO-8601, UTC
 * @param what is wrong, or what to do
 * @param errors of its images by reason
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunStatus(
        String runId,
        State state,
        long number,
        @Nullable String startedAt,
        @Nullable String finishedAt,
        @Nullable Long planned,
        @Nullable Long committed,
        @Nullable Long failed,
        @Nullable Long instances,
        @Nullable Long bytes,
        @Nullable Double imagesPerSecond,
        @Nullable String host,
        @Nullable Long pid,
        @Nullable String lastSign,
        @Nullable String what,
        List<RunRecord.ErrorCount> errors) {

    /** The states of a run. */
    enum State {
        PUBLISHED,
        /** A process works on it. */
        AT_WORK,
        /** Nobody works on it; the next {@code mnc label} of the same work goes on with it. */
        UNFINISHED,
        RETRACTED,
        DAMAGED,
        /** A version killed it that could not go on with runs. */
        KILLED;

        /** Returns the state in words. */
        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    RunStatus {
        errors = List.copyOf(errors);
    }

    /** Returns the status of a run whose record is there. */
    static RunStatus of(RunRecord run, State state, long bytes) {
        long images = run.outcome().ok() + run.outcome().failed();
        return new RunStatus(
                run.runId(),
                state,
                run.number(),
                run.timing().startedAt(),
                run.timing().finishedAt(),
                run.input().planned(),
                images,
                run.outcome().failed(),
                run.outcome().instances(),
                bytes,
                run.timing().imagesPerSecond(),
                null,
                null,
                null,
                null,
                run.outcome().errors());
    }

    /** Returns the status of a run of which only the name is known. */
    static RunStatus of(String runId, State state, String what) {
        return new RunStatus(
                runId, state, 0, null, null, null, null, null, null, null, null, null, null, null, what, List.of());
    }

    /** Returns the status of an unfinished run. */
    static RunStatus of(
            ClaimRecord claim, State state, UnfinishedRuns.Progress progress, @Nullable String lastSign, String what) {
        return new RunStatus(
                claim.runId(),
                state,
                claim.number(),
                claim.startedAt(),
                null,
                progress.planned(),
                progress.committed(),
                progress.failed(),
                progress.instances(),
                progress.bytes(),
                progress.imagesPerSecond(),
                claim.host(),
                claim.pid(),
                lastSign,
                what,
                List.of());
    }

    private static String text(@Nullable Long number) {
        return number == null ? "-" : String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns the columns of the table of runs. */
    List<String> columns() {
        return List.of(
                runId,
                state.words(),
                planned == null ? "-" : text(committed) + " of " + text(planned),
                text(instances),
                text(failed),
                bytes == null ? "-" : Quantity.bytes(bytes),
                imagesPerSecond == null ? "-" : String.format(Locale.ROOT, "%.1f", imagesPerSecond),
                finishedAt == null ? "-" : finishedAt.replaceFirst("\\.\\d+Z$", "Z"));
    }

    /** Returns a sentence about the run that does not fit into the table; empty if there is none. */
    String remark() {
        StringBuilder text = new StringBuilder();
        if (host != null) {
            text.append("process ").append(pid).append(" on ").append(host);
            if (lastSign != null) {
                text.append(", last sign of life at ").append(lastSign);
            }
        }
        if (what != null) {
            text.append(text.isEmpty() ? "" : ": ").append(what);
        }
        return text.toString();
    }
}
