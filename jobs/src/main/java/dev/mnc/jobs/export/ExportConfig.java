package dev.mnc.jobs.export;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.shapes.IouType;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an export of COCO results.
 *
 * @param table the label table
 * @param runId id of the run to export; null for each image's newest labels
 * @param type content of each entry: its mask (SEGM) or its box (BBOX), as in COCO's two results formats
 * @param out path or URI of the file; it is replaced
 * @param listed a corpus: images that it does not have are left out; null for all
 */
public record ExportConfig(
        String table,
        @Nullable String runId,
        IouType type,
        String out,
        @Nullable String listed) {

    /** Creates a configuration for all images of the table. */
    public ExportConfig(String table, @Nullable String runId, IouType type, String out) {
        this(table, runId, type, out, null);
    }

    public ExportConfig {
        requireNonNull(table, "table");
        requireNonNull(type, "type");
        requireNonNull(out, "out");
    }
}
