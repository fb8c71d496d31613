package dev.mnc.jobs.label;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.corpus.ImageListing;
import dev.mnc.jobs.label.work.WorkRule;
import dev.mnc.jobs.store.Store;
import dev.mnc.schemas.RunWork;
import org.jspecify.annotations.Nullable;

/**
 * A request to label a corpus into a table.
 *
 * @param images a folder, an object-store prefix, a COCO json, a manifest, tar shards or Parquet files
 * @param imageRoot where a COCO json's file names or a manifest's relative uris lie, or null for its own folder
 * @param imageColumn the column of Parquet files that images are in, or null to find it by their schema
 * @param table where the labels go
 * @param runId name of the run, or null for a new one
 * @param mode whether to label or only to say what there is to label
 * @param rule which of the images are work
 * @param copies what becomes of images whose bytes another image has too
 */
public record LabelRequest(
        String images,
        @Nullable String imageRoot,
        @Nullable String imageColumn,
        String table,
        @Nullable String runId,
        Mode mode,
        WorkRule rule,
        Copies copies) {

    private static final String DISTINCT = "without copies";

    /** The choice of what becomes of copies. */
    public enum Copies {
        /** Each is labelled as any image. */
        LABELLED,
        /** Of images with the same bytes only the first by address counts as listed. */
        LEFT_OUT
    }

    /** The choice between labelling and only saying what there is to label. */
    public enum Mode {
        LABEL,
        DRY_RUN
    }

    /** Creates a request for what is not labelled, in which the image column is found by the schema. */
    public LabelRequest(String images, @Nullable String imageRoot, String table, @Nullable String runId, Mode mode) {
        this(images, imageRoot, null, table, runId, mode, new WorkRule.NotLabelled(), Copies.LABELLED);
    }

    /** Creates a request for what is not labelled. */
    public LabelRequest(
            String images,
            @Nullable String imageRoot,
            @Nullable String imageColumn,
            String table,
            @Nullable String runId,
            Mode mode) {
        this(images, imageRoot, imageColumn, table, runId, mode, new WorkRule.NotLabelled(), Copies.LABELLED);
    }

    public LabelRequest {
        requireNonNull(images, "images");
        requireNonNull(table, "table");
        requireNonNull(mode, "mode");
        requireNonNull(rule, "rule");
        requireNonNull(copies, "copies");
        if (runId != null && !runId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException(
                    "--run-id must be 1..100 letters, digits, '.', '_' or '-', got \"" + runId + "\"");
        }
    }

    /** Returns the work of a run with this model and these settings; a path means the same from any folder. */
    public RunWork work(String modelDigest, String configDigest) {
        return new RunWork(
                requireNonNull(absolute(images)),
                absolute(imageRoot),
                imageColumn,
                modelDigest,
                configDigest,
                copies == Copies.LABELLED
                        ? rule.name()
                        : rule.name() == null ? DISTINCT : rule.name() + ", " + DISTINCT);
    }

    private static @Nullable String absolute(@Nullable String uri) {
        String trimmed = uri == null ? null : uri.replaceAll("(?<=.)/+$", "");
        return trimmed == null || !Store.isLocal(trimmed) || trimmed.startsWith("file:")
                ? trimmed
                : Store.local(trimmed).toAbsolutePath().normalize().toString();
    }

    ImageListing.Source source() {
        return new ImageListing.Source(images, imageRoot, imageColumn, table);
    }
}
