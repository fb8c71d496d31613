package dev.mnc.evaluation.sds;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.curves.ImageWeights;
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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of {@link SdsEvaluation}.
 *
 * @param categories one for each category of the ground truth, by id
 * @param unlisted categories that only the detections have, by id; they count for nothing
 * @param replicates of the listed categories, in their order; null without a bootstrap
 */
public record SdsResult(
        List<SdsCategory> categories,
        List<SdsCategory> unlisted,
        @Nullable Replicates replicates) {

    public SdsResult {
        categories = List.copyOf(categories);
        unlisted = List.copyOf(unlisted);
    }

    /**
     * Creates the result from those of the categories.
     *
     * @param categories the listed ones
     * @param results one for each category that has objects or detections, in any order
     * @param weights of a bootstrap, or null
     */
    public static SdsResult of(
            List<Category> categories, Collection<ReplicatedSdsCategory> results, @Nullable ImageWeights weights) {
        Map<Long, ReplicatedSdsCategory> found = new HashMap<>();
        results.forEach(result -> found.put(result.category().categoryId(), result));
        List<ReplicatedSdsCategory> listed = new ArrayList<>();
        for (Category category : categories) {
            ReplicatedSdsCategory result = found.remove(category.id());
            listed.add(result != null ? result : new SdsAccumulator(category.id(), weights).reduce());
        }
        Comparator<ReplicatedSdsCategory> byId =
                Comparator.comparingLong(result -> result.category().categoryId());
        listed.sort(byId);
        return new SdsResult(
                listed.stream().map(ReplicatedSdsCategory::category).toList(),
                found.values().stream()
                        .sorted(byId)
                        .map(ReplicatedSdsCategory::category)
                        .toList(),
                weights == null || listed.isEmpty()
                        ? null
                        : new Replicates(listed.stream()
                                .map(result -> requireNonNull(result.replicates()))
                                .toList()));
    }

    /**
     * Returns mAP<sup>r</sup> at each threshold and in each form with its confidence interval; empty without a
     * bootstrap.
     */
    public List<Estimate> estimates() {
        return estimates(
                "mAP",
                this::meanAveragePrecision,
                (sample, number) -> sample.values(number, IntStream.range(0, categories.size())));
    }

    /**
     * Returns the average precision of a category with its confidence interval; empty without a bootstrap.
     *
     * @param category its index among the categories
     */
    public List<Estimate> estimates(int category) {
        return estimates(
                "AP",
                categories.get(category)::averagePrecision,
                (sample, number) -> sample.categories().get(category).values(number));
    }

    private interface Point {
        double of(Threshold threshold, Form form);
    }

    private interface Drawn {
        double[] of(Replicates replicates, int number);
    }

    private List<Estimate> estimates(String name, Point point, Drawn drawn) {
        List<Estimate> estimates = new ArrayList<>();
        for (Threshold threshold : Threshold.values()) {
            for (Form form : Form.values()) {
                if (replicates != null) {
                    estimates.add(Estimate.of(
                            String.format(Locale.ROOT, "%s@%.1f %s", name, threshold.overlap(), form.label()),
                            point.of(threshold, form),
                            drawn.of(replicates, SdsCategory.number(threshold, form))));
                }
            }
        }
        return estimates;
    }

    /** Returns mAP<sup>r</sup>: the mean over the categories that have ground truth, in [0, 1]; -1 if none has. */
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

    /** Returns the four numbers as text and which of them are comparable with the paper's; four lines, each ended. */
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
