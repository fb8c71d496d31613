package dev.mnc.jobs.evaluate.result;

import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.sds.SdsEvaluation;
import dev.mnc.evaluation.sds.SdsResult;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.ImageKey;
import dev.mnc.jobs.evaluate.findings.Finding;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.findings.LvisFinding;
import dev.mnc.jobs.evaluate.findings.SdsFinding;
import dev.mnc.jobs.failure.OperatorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The summary of an evaluation: its numbers and the files that have them.
 *
 * @param results one an IoU type, in the order of the request; none if the protocol is voc-sds or lvis
 * @param findings everything else that was found
 * @param sds the outcome of the protocol voc-sds, else null
 * @param unlisted detections of categories that the ground truth does not list, by category id
 * @param leftOut entries that could not be used, by reason
 * @param coverage how the labels of a table and the ground truth fit together; null for a results file
 * @param warnings what the ground truth has that was left out, a line each
 * @param metricsFile where the numbers are
 * @param curvesFile where the curves are
 */
public record EvaluationSummary(
        List<EvaluationResult> results,
        List<Finding> findings,
        @Nullable SdsResult sds,
        Map<Long, Long> unlisted,
        Map<String, Long> leftOut,
        @Nullable Coverage coverage,
        List<String> warnings,
        String metricsFile,
        String curvesFile) {

    /**
     * The number of images that the labels and the ground truth share.
     *
     * @param images of the ground truth
     * @param labelled of these, the labelled ones
     * @param elsewhere labelled images that the ground truth does not have; left out
     */
    public record Coverage(long images, long labelled, long elsewhere) {

        /**
         * Returns the refusal of labels and ground truth that have no image in common.
         *
         * @param id of some image of the ground truth
         * @param fileName of the same image
         */
        public OperatorException nothingInCommon(EvaluateConfig config, long id, String fileName) {
            return OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "none of the %d labelled images of %s is among the %d of %s (e.g. id %d, file name %s)",
                            elsewhere,
                            config.predictions(),
                            images,
                            config.groundTruth(),
                            id,
                            fileName),
                    config.imageKey() == ImageKey.ID
                            ? "if the images were labelled from a folder, compare by name: --image-key file_name"
                            : "if the images were labelled from a COCO json, compare by id: --image-key id");
        }

        /**
         * Returns the error for two labelled images that are one image of the ground truth.
         *
         * @param id of the image in the ground truth
         */
        public static OperatorException twice(EvaluateConfig config, long id, String uri, String otherUri) {
            boolean inOrder = uri.compareTo(otherUri) <= 0;
            return OperatorException.usage(
                    String.format(
                            Locale.ROOT,
                            "%s has labels of two images for image %d of %s: %s and %s",
                            config.predictions(),
                            id,
                            config.groundTruth(),
                            inOrder ? uri : otherUri,
                            inOrder ? otherUri : uri),
                    config.imageKey() == ImageKey.ID
                            ? "take one run with --run-id, or compare by name: --image-key file_name"
                            : "take one run with --run-id, or compare by id: --image-key id");
        }
    }

    public EvaluationSummary {
        results = List.copyOf(results);
        findings = List.copyOf(findings);
        warnings = List.copyOf(warnings);
        if (results.isEmpty() ? sds == null && findings.isEmpty() : sds != null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "an evaluation follows one protocol, got %d results and %s", results.size(), sds));
        }
    }

    /** Returns the tables pycocotools prints, one an IoU type, or that of voc-sds; then what the findings have to say. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (EvaluationResult result : results) {
            text.append(String.format(Locale.ROOT, "%s%n", result.type().label()))
                    .append(result.table());
        }
        if (sds != null) {
            text.append(String.format(Locale.ROOT, "%s%n", SdsEvaluation.LABEL)).append(sds.table());
        }
        findings.forEach(finding -> text.append(finding.lines()));
        return text.append("metrics  ")
                .append(metricsFile)
                .append(System.lineSeparator())
                .append("curves   ")
                .append(curvesFile)
                .append(System.lineSeparator())
                .append("tables   ")
                .append(curvesFile, 0, curvesFile.length() - "curves.json".length())
                .append("tables")
                .toString();
    }

    /** Returns the summary of the protocol of COCO or LVIS. */
    public static EvaluationSummary coco(
            Outcome outcome,
            List<Finding> findings,
            @Nullable Coverage coverage,
            List<String> warnings,
            String folder) {
        return new EvaluationSummary(
                outcome.results(),
                findings,
                null,
                outcome.unlisted(),
                outcome.faults().counts(),
                coverage,
                warnings,
                beneath(folder, "metrics.json"),
                beneath(folder, "curves.json"));
    }

    /** Returns the summary of the protocol voc-sds. */
    public static EvaluationSummary sds(
            SdsOutcome found,
            List<Finding> findings,
            @Nullable Coverage coverage,
            List<String> warnings,
            String folder) {
        SdsResult result = found.result();
        Map<Long, Long> unlisted = new LinkedHashMap<>();
        result.unlisted().forEach(category -> unlisted.put(category.categoryId(), category.detections()));
        return new EvaluationSummary(
                List.of(),
                findings,
                result,
                unlisted,
                found.faults().counts(),
                coverage,
                warnings,
                beneath(folder, "metrics.json"),
                beneath(folder, "curves.json"));
    }

    /** Returns the uncertainty of the numbers, or null without a bootstrap. */
    public @Nullable IntervalFinding intervals() {
        return findings.stream()
                .filter(IntervalFinding.class::isInstance)
                .map(IntervalFinding.class::cast)
                .findFirst()
                .orElse(null);
    }

    private static String beneath(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
    }

    /** Returns the numbers for programs: those over all categories, as in {@code metrics.json}. */
    public Map<String, ?> json() {
        for (Finding finding : findings) {
            if (finding instanceof LvisFinding lvis) {
                return Map.of("lvis", lvis.numbers());
            }
        }
        return sds == null ? numbers() : Map.of(SdsEvaluation.LABEL, SdsFinding.numbers(sds));
    }

    /** Returns the twelve numbers by IoU type, as in {@code metrics.json}. */
    public Map<String, Map<Metric, Double>> numbers() {
        Map<String, Map<Metric, Double>> numbers = new LinkedHashMap<>();
        results.forEach(result -> numbers.put(result.type().label(), result.metrics()));
        return numbers;
    }
}
