package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.RankingSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rankings and counters that an analysis of errors needs: TIDE's analysis and the confusion matrix of each IoU
 * type.
 *
 * @param at one for each IoU type: how its images are matched, and which detections the confusion matrix counts; TIDE
 *     considers all, by rules of its own
 */
public record ErrorAnalysis(List<ScoreCut> at) implements Serializable {

    public ErrorAnalysis {
        at = List.copyOf(at);
    }

    /** Returns the ranking specs of the analysis. */
    public List<RankingSpec> rankingSpecs() {
        return at.stream()
                .<RankingSpec>flatMap(each -> Stream.of(
                        new TideRankingSpec(each.matching(), TideRankingSpec.State.FOUND),
                        new TideRankingSpec(each.matching(), TideRankingSpec.State.CORRECTED)))
                .toList();
    }

    /** Returns the counter specs of the analysis. */
    public List<CounterSpec<?>> counterSpecs() {
        return at.stream()
                .<CounterSpec<?>>flatMap(
                        each -> Stream.of(new ErrorCounter.Kind(each.matching()), new ConfusionCounter.Kind(each)))
                .toList();
    }

    /** Returns the report of an outcome whose plan had these ranking specs and counter specs. */
    public ErrorReport read(Outcome outcome) {
        return new ErrorReport(
                at.stream().map(each -> TideResult.of(outcome, each.matching())).toList(),
                at.stream()
                        .map(each -> ConfusionMatrix.of(outcome, new ConfusionCounter.Kind(each)))
                        .toList());
    }
}
