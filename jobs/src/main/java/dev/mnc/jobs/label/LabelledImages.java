package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import dev.mnc.schemas.RunWork;
import java.util.Iterator;
import java.util.List;
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

    LabelledImages(LabelTable table, RunWork work) {
        this.table = table;
        this.work = work;
    }

    /** Returns the images that no published run holds, in the same order. */
    PackedImages leftOf(PackedImages images) {
        ImageKeys held = heldSince(0);
        return held.size() == 0 ? images : images.where(image -> !held.holds(image));
    }

    /** Returns the images of the runs with a number of at least {@code first}. */
    ImageKeys heldSince(long first) {
        List<RunRecord> runs = table.published().stream()
                .filter(run -> run.number() >= first
                        && run.modelDigest().equals(work.modelDigest())
                        && run.configDigest().equals(work.configDigest()))
                .toList();
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
