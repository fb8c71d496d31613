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
 * What counts as found in each cell.
 *
 * @param lanes the rules of each lane
 * @param keeps what is kept of each lane's results
 * @param asked what replicates of each lane are to tell
 * @param categories the categories each lane has
 */
record CellRules(
        List<MatchRules> lanes, List<RankingSpec.Keep> keeps, List<ReplicateRequest> asked, LongIndex categories)
        implements Serializable {

    static CellRules of(EvaluationPlan pass) {
        return new CellRules(
                pass.rankingSpecs().stream().map(RankingSpec::rules).toList(),
                pass.rankingSpecs().stream().map(RankingSpec::keep).toList(),
                IntStream.range(0, pass.rankingSpecs().size())
                        .mapToObj(lane -> ReplicateRequest.of(pass, lane))
                        .toList(),
                pass.categories());
    }

    MatchRules of(int cell) {
        return lanes.get(cell / categories.size());
    }

    RankingSpec.Keep keep(int cell) {
        return keeps.get(cell / categories.size());
    }

    ReplicateRequest asked(int cell) {
        return asked.get(cell / categories.size());
    }

    long categoryId(int cell) {
        return categories.id(cell % categories.size());
    }
}
