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
 * The quantities that are recomputed in each replicate of a ranking spec.
 *
 * @param rules by which detections found objects
 * @param measures the numbers of each category
 * @param counted the pairs, as bits, of which detections are counted even where there is nothing to be found
 * @param scored the pair whose scores are evaluated; {@value #NO_SCORES} if none is
 */
public record ReplicateRequest(MatchRules rules, List<? extends Measure> measures, long counted, int scored)
        implements Serializable {

    /** The value of {@code scored} if scores are not evaluated. */
    public static final int NO_SCORES = -1;

    public ReplicateRequest {
        measures = List.copyOf(measures);
    }

    /** Returns the request of a ranking spec of a plan; scores are evaluated for specs that keep their curves. */
    public static ReplicateRequest of(EvaluationPlan plan, int specIndex) {
        RankingSpec spec = plan.rankingSpecs().get(specIndex);
        boolean scores = spec.keep() == RankingSpec.Keep.CURVES;
        int scored = scores ? spec.rules().closest(plan.target().iou()) : NO_SCORES;
        return new ReplicateRequest(
                spec.rules(), spec.measures(), spec.counted() | (scores ? 1L << scored : 0), scored);
    }

    /** Returns whether scores are evaluated. */
    boolean requestsScores() {
        return scored != NO_SCORES;
    }

    /**
     * Returns the scores at which a category's detections are cut off, which stay the same in all replicates.
     *
     * @return one for each of {@link Cut#values()}, NaN where there is none
     */
    public static double[] cuts(CategoryResult category) {
        Found found = category.scores().thresholds();
        return new double[] {score(found.highestF1()), score(found.atPrecision())};
    }

    private static double score(@Nullable ScoreThreshold threshold) {
        return threshold == null ? Double.NaN : threshold.score();
    }

    /** A score at which detections are cut off. */
    public enum Cut {
        HIGHEST_F1(0),
        AT_PRECISION(1);

        private final int index;

        Cut(int index) {
            this.index = index;
        }

        /** Returns the position among the cuts, from 0. */
        int index() {
            return index;
        }
    }
}
