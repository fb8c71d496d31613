package dev.mnc.jobs.export;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What an export of COCO results is told.
 *
 * @param table the label table
 * @param runId this run alone; null for each image's newest labels
 * @param out path or URI of the file; it is replaced
 */
public record ExportConfig(String table, @Nullable String runId, String out) {

    public ExportConfig {
        requireNonNull(table, "table");
        requireNonNull(out, "out");
    }
}
