package dev.mnc.evaluation.slices;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.RankingSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of the images that have one value in a column.
 *
 * @param column the column's name
 * @param value the value, or null for the images that have none
 * @param images number of these images in the ground truth
 * @param results one for each ranking spec that was sliced
 */
public record Slice(String column, @Nullable String value, long images, List<EvaluationResult> results) {

    public Slice {
        requireNonNull(column, "column");
        results = List.copyOf(results);
    }

    /** Returns the ranking specs that {@link #of} reads. */
    public static List<RankingSpec> rankingSpecs(List<RankingSpec> all, ImageGroups groups) {
        List<RankingSpec> rankingSpecs = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            for (int group = 0; group <= groups.values(column).size(); group++) {
                for (RankingSpec spec : all) {
                    rankingSpecs.add(new SliceRankingSpec(spec, groups, column, group));
                }
            }
        }
        return rankingSpecs;
    }

    /** Returns the counter specs that {@link #of} reads. */
    public static List<CounterSpec<?>> counterSpecs(List<RankingSpec> all, ImageGroups groups) {
        List<CounterSpec<?>> specs = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            specs.add(new SliceSizes.Kind(all.get(0).matching(), groups, column));
        }
        return specs;
    }

    /** Returns all slices that have images, by column and value; the images without a value come last. */
    public static List<Slice> of(List<RankingSpec> all, ImageGroups groups, Outcome outcome) {
        List<Slice> slices = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            SliceSizes sizes = outcome.counter(new SliceSizes.Kind(all.get(0).matching(), groups, column));
            for (int group = 0; group <= groups.values(column).size(); group++) {
                if (sizes.images(group) > 0) {
                    List<EvaluationResult> results = new ArrayList<>();
                    for (RankingSpec spec : all) {
                        results.add(outcome.result(new SliceRankingSpec(spec, groups, column, group)));
                    }
                    slices.add(new Slice(
                            groups.columns().get(column), groups.value(column, group), sizes.images(group), results));
                }
            }
        }
        return slices;
    }

    /** Returns the number of images of the table that the ground truth does not have. */
    public static long strangers(List<RankingSpec> all, ImageGroups groups, Outcome outcome) {
        return groups.size()
                - outcome.counter(new SliceSizes.Kind(all.get(0).matching(), groups, 0))
                        .inTable();
    }
}
