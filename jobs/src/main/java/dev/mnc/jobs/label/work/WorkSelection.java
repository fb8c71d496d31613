package dev.mnc.jobs.label.work;

import dev.mnc.jobs.corpus.ListedImages;
import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.corpus.SpilledImages;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.label.work.RunsBeside.Beside;
import dev.mnc.jobs.runs.IntactRuns;
import dev.mnc.jobs.runs.RunPlan;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;

/**
 * The choice of the images of a listing that are work. An image is labelled while id, address, version and size are those of
 * its newest row among the published runs with this model and these settings: readers take the newest, so an image that went
 * back to an old version is work again. An image that could not be read then, or that the device failed on, is work too: store
 * or device may have had a bad night.
 */
public final class WorkSelection {

    private final SparkSession spark;
    private final LabelTable table;
    private final RunWork work;
    private final WorkRule rule;
    private final Consumer<String> note;
    private final IntactRuns intact;

    /**
     * @param note told in a sentence what is left to other runs
     * @param warn told of each damaged run, whose images are work again
     */
    public WorkSelection(
            SparkSession spark,
            LabelTable table,
            RunWork work,
            WorkRule rule,
            Consumer<String> note,
            Consumer<String> warn) {
        this.spark = spark;
        this.table = table;
        this.work = work;
        this.rule = rule;
        this.note = note;
        this.intact = table.intact(warn);
    }

    /**
     * Chooses.
     *
     * @param memoryImages most images that may be in memory
     * @param beside runs whose images are left to them
     * @throws dev.mnc.jobs.failure.OperatorException if two images have one id
     */
    public Selected of(ListedImages listed, int memoryImages, List<Beside> beside) {
        return reading(run -> true, runs -> {
            TableRows rows = new TableRows(table, work, runs, rule);
            return listed instanceof SpilledImages spilled
                    ? new SparkSelection(spark, rows, note).of(spilled, memoryImages, beside)
                    : new MemorySelection(spark, rows, note).of((PackedImages) listed, beside);
        });
    }

    /**
     * Returns whether runs of at least a number, published since with this model and these settings, have labelled some of a
     * plan's images. A run that redoes images on purpose does not mind.
     */
    public boolean isLabelledSince(long number, RunPlan plan) {
        if (!(rule instanceof WorkRule.NotLabelled)) {
            return false;
        }
        return reading(
                run -> run.number() >= number && run.configDigest().equals(work.configDigest()),
                runs -> !runs.isEmpty()
                        && new SparkSelection(spark, new TableRows(table, work, runs, rule), note).holdsSome(plan));
    }

    /** Reads runs of the work's model. Where that fails because a file is damaged, its run is left out. */
    private <T> T reading(Predicate<RunRecord> wanted, Function<List<RunRecord>, T> reader) {
        while (true) {
            List<RunRecord> runs = intact.of(run -> run.modelDigest().equals(work.modelDigest())
                    && run.outcome().ok() + run.outcome().failed() > 0
                    && wanted.test(run));
            try {
                return reader.apply(runs);
            } catch (OperatorException e) {
                throw e;
            } catch (Exception e) { // Spark throws what Java's compiler does not see
                if (!intact.leaveOutRotten(runs)) {
                    throw e instanceof RuntimeException unchecked
                            ? unchecked
                            : new IllegalStateException("cannot read the runs of " + table.uri(), e);
                }
            }
        }
    }
}
