package dev.mnc.jobs.label.work;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.runs.PlannedImages;
import dev.mnc.jobs.runs.RunClaim;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.schemas.PlanRecord;
import dev.mnc.schemas.PlanRecord.PlanFile;
import java.util.List;
import java.util.function.Function;

/** The images of a listing that are work. */
public sealed interface Selected extends AutoCloseable permits Selected.InMemory, SelectedRows {

    /** Returns their number. */
    long count();

    /** Returns the sum of their sizes, bytes. */
    long bytes();

    /** Returns how many images of the table's current rows the listing does not have. */
    long gone();

    /**
     * Stores them as the plan of a run.
     *
     * @param record of the plan, given the files
     */
    RunPlan store(RunClaim claim, Function<List<PlanFile>, PlanRecord> record);

    /** Returns them in the order of the plan that was stored. */
    PlannedImages images(RunPlan stored, RunClaim claim);

    /** Frees what executors hold of them. */
    @Override
    void close();

    /**
     * Images in memory.
     *
     * @param images sorted by uri
     * @param gone see {@link Selected#gone}
     */
    record InMemory(PackedImages images, long gone) implements Selected {

        @Override
        public long count() {
            return images.count();
        }

        @Override
        public long bytes() {
            return images.bytes();
        }

        @Override
        public RunPlan store(RunClaim claim, Function<List<PlanFile>, PlanRecord> record) {
            return claim.store(images.iterator(), record);
        }

        @Override
        public PlannedImages images(RunPlan stored, RunClaim claim) {
            return PlannedImages.all(images.iterator());
        }

        @Override
        public void close() {}
    }
}
