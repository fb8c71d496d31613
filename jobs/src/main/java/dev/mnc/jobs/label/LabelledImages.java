package dev.mnc.jobs.label;

import dev.mnc.jobs.corpus.PackedImages;
import dev.mnc.jobs.table.LabelTable;
import dev.mnc.schemas.RunRecord;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The images that published runs with one model and one configuration hold already. An image is held while id, address,
 * version and size are those of the published row. An image that could not be read then is not held: the store may have
 * had a bad night.
 *
 * <p>The runs' rows are streamed through the driver, which stores 32 bytes of each, see {@link ImageKeys}.
 */
final class LabelledImages {

    private final LabelTable table;
    private final String modelDigest;
    private final String configDigest;

    LabelledImages(LabelTable table, String modelDigest, String configDigest) {
        this.table = table;
        this.modelDigest = modelDigest;
        this.configDigest = configDigest;
    }

    /** Returns the images that no published run holds, in the same order. */
    PackedImages leftOf(PackedImages images) {
        List<RunRecord> runs = table.published().stream()
                .filter(run -> run.modelDigest().equals(modelDigest)
                        && run.configDigest().equals(configDigest))
                .toList();
        if (runs.isEmpty()) {
            return images;
        }
        ImageKeys held = held(runs);
        return images.where(image -> !held.holds(image));
    }

    private ImageKeys held(List<RunRecord> runs) {
        ImageKeys held =
                new ImageKeys(runs.stream().mapToLong(LabelledImages::rows).sum());
        for (RunRecord run : runs) {
            Iterator<Row> rows = table.images(run)
                    .filter("error_stage is null or error_stage <> 'read'")
                    .select("image_id", "image_uri", "etag", "size_bytes")
                    .toLocalIterator();
            while (rows.hasNext()) {
                Row row = rows.next();
                held.add(row.getLong(0), row.getString(1), row.getString(2), row.getLong(3));
            }
        }
        return held;
    }

    private static long rows(RunRecord run) {
        return run.files().stream()
                .filter(file -> file.path().startsWith("images/"))
                .mapToLong(RunRecord.DataFile::rows)
                .sum();
    }
}
