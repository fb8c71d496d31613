package dev.mnc.evaluation.coco;

import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.Counters;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The outcome of an evaluation by a plan.
 *
 * @param plan of the evaluation
 * @param rankingResults one result for each ranking spec of the plan
 * @param counters of all images
 * @param unlisted number of detections of categories that the ground truth does not list, by id; they count for nothing
 * @param faults the entries that could not be used and were left out
 */
public record Outcome(
        EvaluationPlan plan,
        List<EvaluationResult> rankingResults,
        Counters counters,
        Map<Long, Long> unlisted,
        FaultLog faults) {

    public Outcome {
        rankingResults = List.copyOf(rankingResults);
        if (rankingResults.size() != plan.rankingSpecs().size()) {
            throw new IllegalArgumentException("every ranking spec has one result, got " + rankingResults.size()
                    + " for " + plan.rankingSpecs().size() + " specs");
        }
    }

    /** Returns the results of COCO's own rankings: one for each IoU type. */
    public List<EvaluationResult> results() {
        List<EvaluationResult> results = new ArrayList<>();
        for (int i = 0; i < rankingResults.size(); i++) {
            if (plan.rankingSpecs().get(i) instanceof CocoRankingSpec) {
                results.add(rankingResults.get(i));
            }
        }
        return results;
    }

    /**
     * Returns the result of a ranking spec.
     *
     * @throws IllegalArgumentException if the plan does not have it
     */
    public EvaluationResult result(RankingSpec spec) {
        int index = plan.rankingSpecs().indexOf(spec);
        if (index < 0) {
            throw new IllegalArgumentException("the plan does not have the ranking spec " + spec);
        }
        return rankingResults.get(index);
    }

    /**
     * Returns the counter of a spec.
     *
     * @throws IllegalArgumentException if the plan does not have it
     */
    public <T extends Counter<T>> T counter(CounterSpec<T> spec) {
        return counters.of(spec, plan);
    }
}
