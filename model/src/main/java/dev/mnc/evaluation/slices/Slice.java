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
 * @param images how many there are in the ground truth
 * @param results one for each lane that was sliced
 */
public record Slice(String column, @Nullable String value, long images, List<EvaluationResult> results) {

    public Slice {
        requireNonNull(column, "column");
        results = List.copyOf(results);
    }

    /** The lanes that {@link #of} looks at. */
    public static List<RankingSpec> lanes(List<RankingSpec> all, ImageGroups groups) {
        List<RankingSpec> lanes = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            for (int group = 0; group <= groups.values(column).size(); group++) {
                for (RankingSpec lane : all) {
                    lanes.add(new SliceRankingSpec(lane, groups, column, group));
                }
            }
        }
        return lanes;
    }

    /** The tallies that {@link #of} looks at. */
    public static List<CounterSpec<?>> tallies(List<RankingSpec> all, ImageGroups groups) {
        List<CounterSpec<?>> kinds = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            kinds.add(new SliceSizes.Kind(all.get(0).matching(), groups, column));
        }
        return kinds;
    }

    /** All slices that have images, by column and value; the images without a value come last. */
    public static List<Slice> of(List<RankingSpec> all, ImageGroups groups, Outcome outcome) {
        List<Slice> slices = new ArrayList<>();
        for (int column = 0; column < groups.columns().size(); column++) {
            SliceSizes sizes = outcome.tally(new SliceSizes.Kind(all.get(0).matching(), groups, column));
            for (int group = 0; group <= groups.values(column).size(); group++) {
                if (sizes.images(group) > 0) {
                    List<EvaluationResult> results = new ArrayList<>();
                    for (RankingSpec lane : all) {
                        results.add(outcome.result(new SliceRankingSpec(lane, groups, column, group)));
                    }
                    slices.add(new Slice(
                            groups.columns().get(column), groups.value(column, group), sizes.images(group), results));
                }
            }
        }
        return slices;
    }

    /** Images of the table that the ground truth does not have. */
    public static long strangers(List<RankingSpec> all, ImageGroups groups, Outcome outcome) {
        return groups.size()
                - outcome.tally(new SliceSizes.Kind(all.get(0).matching(), groups, 0))
                        .inTable();
    }
}
