package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.runs.UnfinishedRuns;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * The runs that other processes are at work on, on the same table and with the same model and settings. Images of their
 * plans are theirs, so that no image is labelled by two runs. Of two runs that plan at once, the one with the lower number
 * plans first.
 */
final class RunsBeside {

    private static final long LOOK_MILLIS = 1000;

    private final RunClaim claim;
    private final Configuration configuration;
    private final Consumer<String> note;

    /** @param note told in a sentence when this waits, or leaves images to another run */
    RunsBeside(RunClaim claim, Configuration configuration, Consumer<String> note) {
        this.claim = claim;
        this.configuration = configuration;
        this.note = note;
    }

    /** Returns the images that are in no plan of theirs, in the same order. */
    PackedImages leftOf(PackedImages images) {
        UnfinishedRuns unfinished = new UnfinishedRuns(claim.folder().table(), configuration);
        try {
            PackedImages left = images;
            for (UnfinishedRuns.Run run : unfinished.beside(claim.runId(), claim.work(), note)) {
                Optional<RunPlan> plan = plan(unfinished, run);
                if (plan.isPresent()) {
                    left = without(left, run, plan.get());
                }
            }
            return left;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot look for other runs of " + claim.folder().table(), e);
        }
    }

    private PackedImages without(PackedImages images, UnfinishedRuns.Run run, RunPlan plan) {
        ImageKeys theirs = new ImageKeys(plan.record().images());
        for (Iterator<ImageRef> planned = plan.images(); planned.hasNext(); ) {
            ImageRef image = planned.next();
            theirs.add(image.imageId(), image.address(), image.etag(), image.sizeBytes());
        }
        PackedImages left = images.where(image -> !theirs.holds(image));
        if (left.size() < images.size()) {
            note.accept(images.size() - left.size() + " images are left to run "
                    + run.folder().runId() + ", which is at work on them: process "
                    + run.claim().pid() + " on " + run.claim().host());
        }
        return left;
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
