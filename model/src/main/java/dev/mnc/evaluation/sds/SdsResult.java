package dev.mnc.evaluation.sds;

import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome of {@link SdsEvaluation}.
 *
 * @param categories one for each category of the ground truth, by id
 * @param unlisted categories that only the detections know, by id; they count for nothing
 */
public record SdsResult(List<SdsCategory> categories, List<SdsCategory> unlisted) {

    public SdsResult {
        categories = List.copyOf(categories);
        unlisted = List.copyOf(unlisted);
    }

    /**
     * Completes and sorts what the categories with detections have given.
     *
     * @param categories the listed ones
     * @param wanted the objects of those that may lack a result
     * @param results one for each category that has detections, in any order
     */
    public static SdsResult of(List<Category> categories, Map<Long, Long> wanted, Collection<SdsCategory> results) {
        Map<Long, SdsCategory> found = new HashMap<>();
        results.forEach(result -> found.put(result.categoryId(), result));
        List<SdsCategory> listed = new ArrayList<>();
        for (Category category : categories) {
            SdsCategory result = found.remove(category.id());
            listed.add(
                    result != null
                            ? result
                            : new SdsAccumulator(category.id()).reduce(wanted.getOrDefault(category.id(), 0L)));
        }
        Comparator<SdsCategory> byId = Comparator.comparingLong(SdsCategory::categoryId);
        listed.sort(byId);
        return new SdsResult(listed, found.values().stream().sorted(byId).toList());
    }

    /** mAP<sup>r</sup>: the mean over the categories that have ground truth, in [0, 1]; -1 if none has. */
    public double meanAveragePrecision(Threshold threshold, Form form) {
        double sum = 0;
        int count = 0;
        for (SdsCategory category : categories) {
            if (category.positives() > 0) {
                sum += category.averagePrecision(threshold, form);
                count++;
            }
        }
        return count == 0 ? -1 : sum / count;
    }

    /** The four numbers and which of them are comparable with the paper's; four lines, each ended. */
    public String table() {
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, " %-10s %9s %9s%n", "mAP^r", Form.ELEVEN_POINT.label(), Form.AREA.label()));
        for (Threshold threshold : Threshold.values()) {
            table.append(String.format(
                    Locale.ROOT,
                    " IoU >= %.1f %9.3f %9.3f%n",
                    threshold.overlap(),
                    meanAveragePrecision(threshold, Form.ELEVEN_POINT),
                    meanAveragePrecision(threshold, Form.AREA)));
        }
        return table.append(String.format(
                        Locale.ROOT,
                        " Compare the 11-point form with MNC's published numbers: its code reports that.%n"))
                .toString();
    }
}
