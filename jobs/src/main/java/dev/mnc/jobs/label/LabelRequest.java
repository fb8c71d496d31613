package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What one run is asked to do.
 *
 * @param images a folder, an object-store prefix, or a COCO json
 * @param imageRoot where a COCO json's file names lie, or null for the json's own folder
 * @param table where the labels go
 * @param runId names the run, or null for a new name
 * @param mode whether to label or only to say what there is to label
 */
public record LabelRequest(
        String images,
        @Nullable String imageRoot,
        String table,
        @Nullable String runId,
        Mode mode) {

    /** Whether to label or only to say what there is to label. */
    public enum Mode {
        LABEL,
        DRY_RUN
    }

    public LabelRequest {
        requireNonNull(images, "images");
        requireNonNull(table, "table");
        requireNonNull(mode, "mode");
        if (runId != null && !runId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException(
                    "--run-id must be 1..100 letters, digits, '.', '_' or '-', got \"" + runId + "\"");
        }
    }
}
