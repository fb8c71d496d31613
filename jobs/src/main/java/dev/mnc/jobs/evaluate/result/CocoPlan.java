package dev.mnc.jobs.evaluate.result;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.errors.ErrorAnalysis;
import dev.mnc.evaluation.lvis.LvisRankingSpec;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.slices.Slice;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.findings.ImageFinding;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of an evaluation by the protocol of COCO or LVIS: every ranking and counter that its findings need. */
public final class CocoPlan {

    private CocoPlan() {}

    /**
     * Returns the plan.
     *
     * @param area which area of a detection counts
     * @param images the image table, or null if there is none
     */
    public static EvaluationPlan of(Coco coco, DetectionArea area, TruthSummary truth, @Nullable ImageTable images) {
        LongIndex categories = truth.categoryIndex();
        List<RankingSpec> protocol = protocol(coco, area, categories);
        List<RankingSpec> rankings = new ArrayList<>(protocol);
        List<CounterSpec<?>> counters =
                new ArrayList<>(ImageFinding.counters(protocol, coco.score(), coco.target(), coco.bootstrap()));
        if (coco.extras().errors() == Errors.TOLD_APART) {
            ErrorAnalysis analysis = errors(coco, protocol);
            rankings.addAll(analysis.rankingSpecs());
            counters.addAll(analysis.counterSpecs());
        }
        MetricGrid lists = coco.extras().lists();
        if (lists != null) {
            coco.iouTypes().forEach(type -> rankings.addAll(lists.rankingSpecs(type, area, coco.compat())));
        }
        if (images != null) {
            rankings.addAll(Slice.rankingSpecs(protocol, images.groups()));
            counters.addAll(Slice.counterSpecs(protocol, images.groups()));
        }
        PoissonWeights weights = coco.extras().bootstrap();
        if (weights != null) {
            counters.add(new DetectedImages.Kind(protocol.get(0).matching()));
        }
        return new EvaluationPlan(rankings, counters, categories, coco.target(), weights);
    }

    /** Returns the rankings of the protocol itself, one an IoU type; they are the plan's first. */
    private static List<RankingSpec> protocol(Coco coco, DetectionArea area, LongIndex categories) {
        MatchRules rules = MatchRules.coco(coco.compat());
        return coco.iouTypes().stream()
                .<RankingSpec>map(type -> coco.extras().dialect() == CocoDialect.LVIS
                        ? LvisRankingSpec.of(type, area, categories)
                        : new CocoRankingSpec(new Matching(type, area, rules)))
                .toList();
    }

    /** Returns the error analysis of some rankings. */
    static ErrorAnalysis errors(Coco coco, List<RankingSpec> rankings) {
        return new ErrorAnalysis(rankings.stream()
                .map(RankingSpec::matching)
                .map(matching -> new ScoreCut(
                        matching, matching.rules().closest(coco.target().iou()), coco.score()))
                .toList());
    }
}
