package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.RankingSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pass is asked for to learn about errors: TIDE's analysis and the confusion matrix of each IoU type.
 *
 * @param at one an IoU type: how its images are matched, and which detections the confusion matrix counts; TIDE looks
 *     at all, in its own way
 */
public record ErrorAnalysis(List<ScoreCut> at) implements Serializable {

    public ErrorAnalysis {
        at = List.copyOf(at);
    }

    /** The rankings it needs. */
    public List<RankingSpec> lanes() {
        return at.stream()
                .<RankingSpec>flatMap(each -> Stream.of(
                        new TideRankingSpec(each.matching(), TideRankingSpec.State.FOUND),
                        new TideRankingSpec(each.matching(), TideRankingSpec.State.CORRECTED)))
                .toList();
    }

    /** The counts it needs. */
    public List<CounterSpec<?>> tallies() {
        return at.stream()
                .<CounterSpec<?>>flatMap(
                        each -> Stream.of(new ErrorCounter.Kind(each.matching()), new ConfusionCounter.Kind(each)))
                .toList();
    }

    /** What there is to say about the errors; the pass had these lanes and tallies. */
    public ErrorReport read(Outcome outcome) {
        return new ErrorReport(
                at.stream().map(each -> TideResult.of(outcome, each.matching())).toList(),
                at.stream()
                        .map(each -> ConfusionMatrix.of(outcome, new ConfusionCounter.Kind(each)))
                        .toList());
    }
}
