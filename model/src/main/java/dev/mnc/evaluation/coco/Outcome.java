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
 * What a pass has found out.
 *
 * @param pass what was asked for
 * @param lanes one result for each lane of the pass
 * @param tallies the sums over all images
 * @param unlisted detections of categories that the ground truth does not list, by id; they count for nothing
 * @param faults what could not be used and was left out
 */
public record Outcome(
        EvaluationPlan pass,
        List<EvaluationResult> lanes,
        Counters tallies,
        Map<Long, Long> unlisted,
        FaultLog faults) {

    public Outcome {
        lanes = List.copyOf(lanes);
        if (lanes.size() != pass.lanes().size()) {
            throw new IllegalArgumentException("every lane has one result, got " + lanes.size() + " for "
                    + pass.lanes().size() + " lanes");
        }
    }

    /** The results of COCO's own lanes: one for each IoU type. */
    public List<EvaluationResult> results() {
        List<EvaluationResult> results = new ArrayList<>();
        for (int lane = 0; lane < lanes.size(); lane++) {
            if (pass.lanes().get(lane) instanceof CocoRankingSpec) {
                results.add(lanes.get(lane));
            }
        }
        return results;
    }

    /**
     * The result of a lane.
     *
     * @throws IllegalArgumentException if the pass did not have it
     */
    public EvaluationResult result(RankingSpec lane) {
        int number = pass.lanes().indexOf(lane);
        if (number < 0) {
            throw new IllegalArgumentException("the pass did not have the lane " + lane);
        }
        return lanes.get(number);
    }

    /**
     * The sum of a kind.
     *
     * @throws IllegalArgumentException if the pass did not count it
     */
    public <T extends Counter<T>> T tally(CounterSpec<T> kind) {
        return tallies.of(kind, pass);
    }
}
