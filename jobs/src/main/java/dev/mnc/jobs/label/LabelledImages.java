package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.runs.IntactRuns;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/**
 * The images that published runs with one model and one configuration hold already. An image is held while id, address,
 * version and size are those of the published row. An image that could not be read then, or that the device failed on, is
 * not held: store or device may have had a bad night.
 *
 * <p>The runs' rows are streamed through the driver, which stores 32 bytes of each, see {@link ImageKeys}.
 */
final class LabelledImages {

    private final LabelTable table;
    private final RunWork work;
    private final IntactRuns intact;

    /** @param warn told of each damaged run, whose images are not held */
    LabelledImages(LabelTable table, RunWork work, Consumer<String> warn) {
        this.table = table;
        this.work = work;
        this.intact = table.intact(warn);
    }

    /** Returns the images that no published run holds, in the same order. */
    PackedImages leftOf(PackedImages images) {
        ImageKeys held = heldSince(0);
        return held.size() == 0 ? images : images.where(image -> !held.holds(image));
    }

    /** Returns the images of the runs with a number of at least {@code first}. */
    ImageKeys heldSince(long first) {
        while (true) {
            List<RunRecord> runs = intact.of(run -> run.number() >= first
                    && run.modelDigest().equals(work.modelDigest())
                    && run.configDigest().equals(work.configDigest()));
            try {
                return held(runs);
            } catch (Exception e) { // Spark throws what Java's compiler does not see
                if (!intact.leaveOutRotten(runs)) {
                    throw e instanceof RuntimeException unchecked
                            ? unchecked
                            : new IllegalStateException("cannot read the runs of " + table.uri(), e);
                }
            }
        }
    }

    private ImageKeys held(List<RunRecord> runs) {
        ImageKeys held = new ImageKeys(runs.stream().mapToLong(this::rows).sum());
        for (RunRecord run : runs) {
            Iterator<Row> rows = table.images(run)
                    .filter("error_stage is null or error_stage not in ('read', 'detect')")
                    .select("image_id", "image_uri", "etag", "size_bytes")
                    .toLocalIterator();
            while (rows.hasNext()) {
                Row row = rows.next();
                held.add(row.getLong(0), row.getString(1), row.getString(2), row.getLong(3));
            }
        }
        return held;
    }

    private long rows(RunRecord run) {
        return table.dataFiles(run).stream()
                .filter(file -> file.path().startsWith("images/"))
                .mapToLong(RunRecord.DataFile::rows)
                .sum();
    }
}
