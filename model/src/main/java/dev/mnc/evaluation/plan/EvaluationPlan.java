package dev.mnc.evaluation.plan;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over the images is to find out. Both engines make the same of it.
 *
 * @param lanes the rankings to be made; each once
 * @param tallies what else is counted; each once
 * @param categories ids of the categories that count
 * @param target what thresholds on scores are to achieve
 * @param weights how images are weighted in the replicates of a bootstrap; null if there is none
 */
public record EvaluationPlan(
        List<RankingSpec> lanes,
        List<CounterSpec<?>> tallies,
        LongIndex categories,
        ScoreTarget target,
        @Nullable ImageWeights weights)
        implements Serializable {

    public EvaluationPlan {
        lanes = lanes.stream().distinct().toList();
        tallies = tallies.stream().distinct().toList();
        requireNonNull(categories, "categories");
        requireNonNull(target, "target");
    }

    /** Without a bootstrap. */
    public EvaluationPlan(
            List<RankingSpec> lanes, List<CounterSpec<?>> tallies, LongIndex categories, ScoreTarget target) {
        this(lanes, tallies, categories, target, null);
    }

    /** With the usual thresholds on scores, without a bootstrap. */
    public EvaluationPlan(List<RankingSpec> lanes, List<CounterSpec<?>> tallies, LongIndex categories) {
        this(lanes, tallies, categories, ScoreTarget.DEFAULT, null);
    }

    /** The same, and replicates of the lanes that have any. */
    public EvaluationPlan withWeights(@Nullable ImageWeights its) {
        return new EvaluationPlan(lanes, tallies, categories, target, its);
    }

    /** Whether there are replicates of a lane. */
    public boolean resamples(int lane) {
        return weights != null && !lanes.get(lane).measures().isEmpty();
    }

    /** COCO's metrics and nothing else. */
    public static EvaluationPlan coco(List<IouType> types, DetectionArea area, Compat compat, LongIndex categories) {
        MatchRules rules = MatchRules.coco(compat);
        List<RankingSpec> lanes = types.stream()
                .<RankingSpec>map(type -> new CocoRankingSpec(new Matching(type, area, rules)))
                .toList();
        return new EvaluationPlan(lanes, List.of(), categories);
    }

    /** The ways images are matched, each once, in the order of the lanes and then of the tallies. */
    public List<Matching> matchings() {
        return Stream.concat(
                        lanes.stream().map(RankingSpec::matching),
                        tallies.stream().map(CounterSpec::matching))
                .distinct()
                .toList();
    }

    /** Whose answer is given about entries that can be understood in more than one way: pycocotools' if any asks for it. */
    public Compat compat() {
        return matchings().stream().allMatch(matching -> matching.rules().compat() == Compat.NONE)
                ? Compat.NONE
                : Compat.PYCOCOTOOLS;
    }
}
