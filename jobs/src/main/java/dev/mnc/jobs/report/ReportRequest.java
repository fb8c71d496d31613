package dev.mnc.jobs.report;

import static java.util.Objects.requireNonNull;

import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a report is about. Places are paths of this machine or URIs of any Hadoop file system.
 *
 * @param evaluation what was evaluated; its {@code out} is the folder of {@code metrics.json} and {@code curves.json}
 * @param imageRoot where the ground truth's file names lie; null to fetch images from where the label table says
 * @param out the HTML file, replaced if it exists
 * @param title what the page is headed with
 * @param gallery how many images to show at most, at least 0
 * @param minScore predictions below it count as not made when images are ranked, and are hidden at first; in [0, 1]
 * @param created the time the page bears
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
