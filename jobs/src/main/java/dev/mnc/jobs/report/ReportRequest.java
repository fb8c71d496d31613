package dev.mnc.jobs.report;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The request for a report. Paths are local or URIs of any Hadoop file system.
 *
 * @param evaluation configuration of the evaluation; its {@code out} is the folder of {@code metrics.json} and
 *     {@code curves.json}
 * @param imageRoot folder of the ground truth's file names; null to read images from the URIs in the label table
 * @param out the HTML file, replaced if it exists
 * @param title of the page
 * @param gallery most images to show, at least 0
 * @param minScore predictions below it do not count when images are ranked, and are hidden at first; in [0, 1]
 * @param created time that the page shows
 */
public record ReportRequest(
        EvaluateConfig evaluation,
        @Nullable String imageRoot,
        String out,
        String title,
        int gallery,
        double minScore,
        Instant created) {

    public ReportRequest {
        requireNonNull(evaluation, "evaluation");
        requireNonNull(out, "out");
        requireNonNull(title, "title");
        requireNonNull(created, "created");
        if (gallery < 0) {
            throw new IllegalArgumentException("gallery size must be >= 0, got " + gallery);
        }
        if (!(minScore >= 0 && minScore <= 1)) {
            throw new IllegalArgumentException("minimum score must lie in [0, 1], got " + minScore);
        }
    }
}
