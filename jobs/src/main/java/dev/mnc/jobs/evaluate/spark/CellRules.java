package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.bootstrap.ReplicateRequest;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rules by which detections count, for each cell: a ranking and a category together.
 *
 * @param specs the rules of each spec
 * @param keeps the part that is kept of each spec's results
 * @param replicates the numbers that replicates of each spec have
 * @param categories the categories each spec has
 */
record CellRules(
        List<MatchRules> specs, List<RankingSpec.Keep> keeps, List<ReplicateRequest> replicates, LongIndex categories)
        implements Serializable {

    static CellRules of(EvaluationPlan plan) {
        return new CellRules(
                plan.rankingSpecs().stream().map(RankingSpec::rules).toList(),
                plan.rankingSpecs().stream().map(RankingSpec::keep).toList(),
                IntStream.range(0, plan.rankingSpecs().size())
                        .mapToObj(spec -> ReplicateRequest.of(plan, spec))
                        .toList(),
                plan.categories());
    }

    MatchRules of(int cell) {
        return specs.get(cell / categories.size());
    }

    RankingSpec.Keep keep(int cell) {
        return keeps.get(cell / categories.size());
    }

    ReplicateRequest replicates(int cell) {
        return replicates.get(cell / categories.size());
    }

    long categoryId(int cell) {
        return categories.id(cell % categories.size());
    }
}
