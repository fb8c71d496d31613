package dev.mnc.evaluation.errors;

import dev.mnc.evaluation.coco.AreaRange;
import dev.mnc.evaluation.coco.CocoProtocol;
import dev.mnc.evaluation.coco.Lane;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.coco.TallyKind;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pass is asked for to learn about errors: TIDE's analysis and the confusion matrix of each IoU type.
 *
 * @param matchings those of COCO's lanes, one an IoU type
 * @param score detections with less are left out of the confusion matrix; TIDE looks at all
 */
public record ErrorAnalysis(List<Matching> matchings, double score) implements Serializable {

    /** The overlap at which detections and objects are confused. */
    public static final double OVERLAP = 0.5;

    public ErrorAnalysis {
        matchings = List.copyOf(matchings);
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("the score of the confusion matrix must be a number, got NaN");
        }
    }

    /** The rankings it needs. */
    public List<Lane> lanes() {
        return matchings.stream()
                .<Lane>flatMap(matching -> Stream.of(
                        new TideLane(matching, TideLane.State.FOUND), new TideLane(matching, TideLane.State.MENDED)))
                .toList();
    }

    /** The counts it needs. */
    public List<TallyKind<?>> tallies() {
        return matchings.stream()
                .<TallyKind<?>>flatMap(matching -> Stream.of(new ErrorTally.Kind(matching), confusion(matching)))
                .toList();
    }

    /** What there is to say about the errors; the pass had these lanes and tallies. */
    public ErrorReport read(Outcome outcome) {
        return new ErrorReport(
                matchings.stream()
                        .map(matching -> TideResult.of(outcome, matching))
                        .toList(),
                matchings.stream()
                        .map(matching -> ConfusionMatrix.of(outcome, confusion(matching)))
                        .toList());
    }

    /** Takes the matching that is made anyway, if objects of all sizes are matched there at the overlap. */
    private ConfusionTally.Kind confusion(Matching matching) {
        MatchRules rules = matching.rules();
        if (rules.holds(0, AreaRange.ALL.from()) && rules.holds(0, AreaRange.ALL.to())) {
            for (int threshold = 0; threshold < rules.thresholds(); threshold++) {
                if (rules.threshold(threshold) == OVERLAP) {
                    return new ConfusionTally.Kind(matching, threshold, score);
                }
            }
        }
        MatchRules own = new MatchRules(
                new double[] {OVERLAP},
                new double[] {AreaRange.ALL.from()},
                new double[] {AreaRange.ALL.to()},
                new int[] {CocoProtocol.MAX_DETECTIONS},
                rules.compat());
        return new ConfusionTally.Kind(new Matching(matching.type(), matching.area(), own), 0, score);
    }
}
