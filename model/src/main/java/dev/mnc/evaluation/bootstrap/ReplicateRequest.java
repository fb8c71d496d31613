package dev.mnc.evaluation.bootstrap;

import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.scores.ScoreThresholds.Found;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the replicates of a lane are to tell.
 *
 * @param rules what counted as found
 * @param measures the numbers of each category
 * @param counted the pairs, as bits, of which detections are counted even where there is nothing to be found
 * @param scored the pair at which it is looked at what scores are worth; {@value #NO_SCORES} if it is not
 */
public record ReplicateRequest(MatchRules rules, List<? extends Measure> measures, long counted, int scored)
        implements Serializable {

    /** In place of a pair. */
    public static final int NO_SCORES = -1;

    public ReplicateRequest {
        measures = List.copyOf(measures);
    }

    /** What is asked of a lane; what scores are worth is asked of those that keep everything. */
    public static ReplicateRequest of(EvaluationPlan pass, int lane) {
        RankingSpec its = pass.lanes().get(lane);
        boolean scores = its.keep() == RankingSpec.Keep.CURVES;
        int scored = scores ? its.rules().closest(pass.target().iou()) : NO_SCORES;
        return new ReplicateRequest(its.rules(), its.measures(), its.counted() | (scores ? 1L << scored : 0), scored);
    }

    /** Whether it is asked what scores are worth. */
    boolean asksScores() {
        return scored != NO_SCORES;
    }

    /**
     * The scores at which a category's detections are cut off, which stay the same in all replicates.
     *
     * @return {@link Cut#values() one a kind}, NaN where there is none
     */
    public static double[] cuts(CategoryResult category) {
        Found found = category.scores().thresholds();
        return new double[] {score(found.highestF1()), score(found.atPrecision())};
    }

    private static double score(@Nullable ScoreThreshold threshold) {
        return threshold == null ? Double.NaN : threshold.score();
    }

    /** Where detections are cut off. */
    public enum Cut {
        HIGHEST_F1(0),
        AT_PRECISION(1);

        private final int index;

        Cut(int index) {
            this.index = index;
        }

        /** Position among the cuts, from 0. */
        int index() {
            return index;
        }
    }
}
