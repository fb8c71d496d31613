package dev.mnc.jobs.export;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.shapes.IouType;
import org.jspecify.annotations.Nullable;

/**
 * What an export of COCO results is told.
 *
 * @param table the label table
 * @param runId this run alone; null for each image's newest labels
 * @param type what each entry holds: its mask (SEGM) or its box (BBOX), as COCO's two results formats do
 * @param out path or URI of the file; it is replaced
 */
public record ExportConfig(String table, @Nullable String runId, IouType type, String out) {

    public ExportConfig {
        requireNonNull(table, "table");
        requireNonNull(type, "type");
        requireNonNull(out, "out");
    }
}
