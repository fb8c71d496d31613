package dev.mnc.jobs.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The result of looking at one run's small files, or of bringing them together.
 *
 * @param runId names the run
 * @param files that are small
 * @param bytes of them
 * @param into number of files they were brought together in; null if they were not
 * @param intoBytes of these
 * @param refused why they were not, where they cannot be
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CompactedRun(
        String runId,
        long files,
        long bytes,
        @Nullable Long into,
        @Nullable Long intoBytes,
        @Nullable String refused) {

    static CompactedRun refused(String runId, String why) {
        return new CompactedRun(runId, 0, 0, null, null, why);
    }

    /** Returns whether there is anything to say. */
    boolean isNews() {
        return files > 0 || refused != null;
    }

    /** Returns a sentence about the run. */
    String text() {
        if (refused != null) {
            return "run " + runId + " is not compacted: " + refused;
        }
        String small = "run " + runId + ": " + Quantity.of(files, "file");
        return into == null || intoBytes == null
                ? small + " smaller than 64 MiB (" + Quantity.bytes(bytes) + ") can be brought together"
                : small + " (" + Quantity.bytes(bytes) + ") brought together in " + into + " ("
                        + Quantity.bytes(intoBytes) + ")";
    }
}
