package dev.mnc.jobs.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mnc.jobs.failure.ExitCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of checking the runs of a table.
 *
 * @param table uri
 * @param runs checked
 * @param files read
 * @param bytes of these files
 * @param images rows counted
 * @param instances rows counted
 * @param findings all that is wrong
 */
record Verification(
        String table, long runs, long files, long bytes, long images, long instances, List<Finding> findings) {

    /**
     * Something that is wrong.
     *
     * @param runId names the run
     * @param file where it is; null where it is about the run as a whole
     * @param what is wrong
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Finding(String runId, @Nullable String file, String what) {

        @Override
        public String toString() {
            return "run " + runId + ": " + (file == null ? "" : file + " ") + what;
        }
    }

    Verification {
        findings = List.copyOf(findings);
    }

    int exitCode() {
        return findings.isEmpty() ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
    }

    /** Returns all findings, a line each, and what was read. */
    String text() {
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append(finding).append(System.lineSeparator()));
        String damaged = findings.stream().map(Finding::runId).distinct().count() + " damaged: leave a run out with mnc"
                + " retract --table " + table + " --run ID, and its images are work again";
        return text.append(String.format(
                        Locale.ROOT,
                        "%s, %s (%s), %s, %s: %s",
                        Quantity.of(runs, "run"),
                        Quantity.of(files, "file"),
                        Quantity.bytes(bytes),
                        Quantity.of(images, "image"),
                        Quantity.of(instances, "instance"),
                        findings.isEmpty() ? "all as published" : damaged))
                .toString();
    }
}
