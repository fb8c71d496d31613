package dev.mnc.schemas;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The plan of a run: which images it labels, and in which order. Written once, before the first image.
 *
 * @param runId names the run
 * @param work what the run is about
 * @param startedAt when the run began, ISO-8601, UTC
 * @param listed images listed
 * @param listingDigest digest of the listing, hex, see {@link RunRecord.Input}
 * @param gone images of the table's current rows that the listing does not have
 * @param images planned, in the order of the files' rows
 * @param bytes of the planned images
 * @param files of the plan, Parquet with a row for each image
 */
public record PlanRecord(
        String runId,
        RunWork work,
        String startedAt,
        long listed,
        String listingDigest,
        long gone,
        long images,
        long bytes,
        List<PlanFile> files) {

    /**
     * A file of the plan.
     *
     * @param name below the run's folder
     * @param images rows of the file
     */
    public record PlanFile(String name, long images) {}

    public PlanRecord {
        requireNonNull(runId, "runId");
        requireNonNull(work, "work");
        requireNonNull(startedAt, "startedAt");
        requireNonNull(listingDigest, "listingDigest");
        files = List.copyOf(files);
    }

    /** Returns the plan as JSON text. */
    public String toJson() {
        return RecordJson.write(this);
    }

    /**
     * Reads a plan that {@link #toJson} wrote.
     *
     * @param source name of the text in messages
     * @throws IllegalArgumentException if the text is no plan
     */
    public static PlanRecord fromJson(String json, String source) {
        return RecordJson.read(json, PlanRecord.class, "plan of a run", source);
    }
}
