package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.EvaluationResult;
import dev.mnc.evaluation.Metric;
import dev.mnc.evaluation.SdsEvaluation;
import dev.mnc.evaluation.SdsResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found out and where it lies.
 *
 * @param results one an IoU type, in the order asked for; none if the protocol is voc-sds
 * @param sds the outcome of the protocol voc-sds, else null
 * @param coverage how the labels of a table and the ground truth fit together; null for a results file
 * @param warnings what the ground truth has that was left out, a line each
 * @param metricsFile where the numbers are
 * @param curvesFile where the curves are
 */
public record EvaluationSummary(
        List<EvaluationResult> results,
        @Nullable SdsResult sds,
        @Nullable Coverage coverage,
        List<String> warnings,
        String metricsFile,
        String curvesFile) {

    /**
     * How many images the labels and the ground truth share.
     *
     * @param images of the ground truth
     * @param labelled of these, the labelled ones
     * @param elsewhere labelled images that the ground truth does not have; left out
     */
    public record Coverage(long images, long labelled, long elsewhere) {}

    public EvaluationSummary {
        results = List.copyOf(results);
        warnings = List.copyOf(warnings);
        if (results.isEmpty() == (sds == null)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "an evaluation follows one protocol, got %d results and %s", results.size(), sds));
        }
    }

    /** The tables pycocotools prints, one an IoU type; or that of voc-sds. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (EvaluationResult result : results) {
            text.append(String.format(Locale.ROOT, "%s%n", result.type().label()))
                    .append(result.table());
        }
        if (sds != null) {
            text.append(String.format(Locale.ROOT, "%s%n", SdsEvaluation.LABEL)).append(sds.table());
        }
        return text.append("metrics  ")
                .append(metricsFile)
                .append(System.lineSeparator())
                .append("curves   ")
                .append(curvesFile)
                .toString();
    }

    /** Detections of categories that the ground truth does not list, by category id. */
    public Map<Long, Long> unlisted() {
        Map<Long, Long> unlisted = new LinkedHashMap<>();
        if (sds != null) {
            sds.unlisted().forEach(category -> unlisted.put(category.categoryId(), category.detections()));
        } else {
            results.get(0).unlisted().forEach(category -> unlisted.put(category.categoryId(), category.detections()));
        }
        return unlisted;
    }

    /** For programs: the numbers over all categories, as in {@code metrics.json}. */
    public Map<String, ?> json() {
        return sds == null ? numbers() : Map.of(SdsEvaluation.LABEL, SdsFiles.numbers(sds));
    }

    /** The twelve numbers by IoU type, as in {@code metrics.json}. */
    public Map<String, Map<Metric, Double>> numbers() {
        Map<String, Map<Metric, Double>> numbers = new LinkedHashMap<>();
        results.forEach(result -> numbers.put(result.type().label(), result.metrics()));
        return numbers;
    }
}
