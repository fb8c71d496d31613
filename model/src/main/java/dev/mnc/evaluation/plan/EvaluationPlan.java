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
 * The plan of an evaluation: the rankings and counters that are computed in one traversal of the images. Both engines
 * compute the same from it.
 *
 * @param rankingSpecs the rankings to compute; repeated ones are dropped
 * @param counterSpecs the counters to compute; repeated ones are dropped
 * @param categories ids of the categories that count
 * @param target the goal of thresholds on scores
 * @param weights of the images in the replicates of a bootstrap; null if there is none
 */
public record EvaluationPlan(
        List<RankingSpec> rankingSpecs,
        List<CounterSpec<?>> counterSpecs,
        LongIndex categories,
        ScoreTarget target,
        @Nullable ImageWeights weights)
        implements Serializable {

    public EvaluationPlan {
        rankingSpecs = rankingSpecs.stream().distinct().toList();
        counterSpecs = counterSpecs.stream().distinct().toList();
        requireNonNull(categories, "categories");
        requireNonNull(target, "target");
    }

    /** Creates a plan without a bootstrap. */
    public EvaluationPlan(
            List<RankingSpec> rankingSpecs,
            List<CounterSpec<?>> counterSpecs,
            LongIndex categories,
            ScoreTarget target) {
        this(rankingSpecs, counterSpecs, categories, target, null);
    }

    /** Creates a plan with the usual thresholds on scores, without a bootstrap. */
    public EvaluationPlan(List<RankingSpec> rankingSpecs, List<CounterSpec<?>> counterSpecs, LongIndex categories) {
        this(rankingSpecs, counterSpecs, categories, ScoreTarget.DEFAULT, null);
    }

    /** Returns this plan with replicates of the rankings that have measures. */
    public EvaluationPlan withWeights(@Nullable ImageWeights others) {
        return new EvaluationPlan(rankingSpecs, counterSpecs, categories, target, others);
    }

    /** Returns whether there are replicates of a ranking spec. */
    public boolean resamples(int specIndex) {
        return weights != null && !rankingSpecs.get(specIndex).measures().isEmpty();
    }

    /** Returns a plan of COCO's metrics and nothing else. */
    public static EvaluationPlan coco(List<IouType> types, DetectionArea area, Compat compat, LongIndex categories) {
        MatchRules rules = MatchRules.coco(compat);
        List<RankingSpec> rankingSpecs = types.stream()
                .<RankingSpec>map(type -> new CocoRankingSpec(new Matching(type, area, rules)))
                .toList();
        return new EvaluationPlan(rankingSpecs, List.of(), categories);
    }

    /**
     * Returns the ways images are matched, each once, in the order of the ranking specs and then of the counter specs.
     */
    public List<Matching> matchings() {
        return Stream.concat(
                        rankingSpecs.stream().map(RankingSpec::matching),
                        counterSpecs.stream().map(CounterSpec::matching))
                .distinct()
                .toList();
    }

    /**
     * Returns which answer is given about entries that can be understood in more than one way: that of pycocotools if
     * any matching requests it.
     */
    public Compat compat() {
        return matchings().stream().allMatch(matching -> matching.rules().compat() == Compat.NONE)
                ? Compat.NONE
                : Compat.PYCOCOTOOLS;
    }
}
