package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.AtScore;
import dev.mnc.evaluation.plan.Lane;
import dev.mnc.evaluation.plan.TallyKind;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pass is asked for to learn about errors: TIDE's analysis and the confusion matrix of each IoU type.
 *
 * @param at one an IoU type: how its images are matched, and which detections the confusion matrix counts; TIDE looks
 *     at all, in its own way
 */
public record ErrorAnalysis(List<AtScore> at) implements Serializable {

    public ErrorAnalysis {
        at = List.copyOf(at);
    }

    /** The rankings it needs. */
    public List<Lane> lanes() {
        return at.stream()
                .<Lane>flatMap(each -> Stream.of(
                        new TideLane(each.matching(), TideLane.State.FOUND),
                        new TideLane(each.matching(), TideLane.State.MENDED)))
                .toList();
    }

    /** The counts it needs. */
    public List<TallyKind<?>> tallies() {
        return at.stream()
                .<TallyKind<?>>flatMap(
                        each -> Stream.of(new ErrorTally.Kind(each.matching()), new ConfusionTally.Kind(each)))
                .toList();
    }

    /** What there is to say about the errors; the pass had these lanes and tallies. */
    public ErrorReport read(Outcome outcome) {
        return new ErrorReport(
                at.stream().map(each -> TideResult.of(outcome, each.matching())).toList(),
                at.stream()
                        .map(each -> ConfusionMatrix.of(outcome, new ConfusionTally.Kind(each)))
                        .toList());
    }
}
