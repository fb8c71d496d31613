package dev.mnc.jobs.label.work;

import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.runs.UnfinishedRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * The runs that other processes are at work on, on the same table and with the same model and settings. Images of their
 * plans are theirs, so that no image is labelled by two runs. Of two runs that plan at once, the one with the lower number
 * plans first.
 */
public final class RunsBeside {

    private static final long LOOK_MILLIS = 1000;

    private final RunClaim claim;
    private final Configuration configuration;
    private final Consumer<String> note;

    /** @param note told in a sentence when this waits */
    public RunsBeside(RunClaim claim, Configuration configuration, Consumer<String> note) {
        this.claim = claim;
        this.configuration = configuration;
        this.note = note;
    }

    /**
     * A run that another process is at work on.
     *
     * @param plan of the run
     */
    public record Beside(UnfinishedRuns.Run run, RunPlan plan) {

        /** Returns what the user should know of images that are left to the run. */
        String note(long images) {
            return images + " images are left to run " + run.folder().runId() + ", which is at work on them: process "
                    + run.claim().pid() + " on " + run.claim().host();
        }
    }

    /** Returns those that have a plan; waits for the plans of those that come first. */
    public List<Beside> all() {
        UnfinishedRuns unfinished = new UnfinishedRuns(claim.folder().table(), configuration);
        List<Beside> all = new ArrayList<>();
        try {
            for (UnfinishedRuns.Run run : unfinished.beside(claim.runId(), claim.work(), note)) {
                plan(unfinished, run).ifPresent(plan -> all.add(new Beside(run, plan)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot look for other runs of " + claim.folder().table(), e);
        }
    }

    /** Returns the plan of a run, and waits for it where that run comes first. */
    private Optional<RunPlan> plan(UnfinishedRuns unfinished, UnfinishedRuns.Run run) throws IOException {
        Optional<RunPlan> plan = unfinished.plan(run);
        boolean said = false;
        while (plan.isEmpty()
                && run.claim().number() < claim.number()
                && unfinished.beside(claim.runId(), claim.work(), note).stream()
                        .anyMatch(other -> other.folder().equals(run.folder()))) {
            if (!said) {
                note.accept("waiting until run " + run.folder().runId() + " has planned its work");
                said = true;
            }
            pause();
            plan = unfinished.plan(run);
        }
        return plan;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted", e);
        }
    }
}
