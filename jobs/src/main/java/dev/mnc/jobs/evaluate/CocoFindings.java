package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CocoLane;
import dev.mnc.evaluation.coco.DetectionArea;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Lane;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.coco.MatchRules;
import dev.mnc.evaluation.coco.Matching;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.coco.Pass;
import dev.mnc.evaluation.coco.TallyKind;
import dev.mnc.evaluation.errors.ErrorAnalysis;
import dev.mnc.evaluation.errors.ErrorReport;
import dev.mnc.evaluation.images.AtScore;
import dev.mnc.jobs.evaluate.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.findings.CalibrationFinding;
import dev.mnc.jobs.evaluate.findings.ConfusionFinding;
import dev.mnc.jobs.evaluate.findings.CurveFinding;
import dev.mnc.jobs.evaluate.findings.Finding;
import dev.mnc.jobs.evaluate.findings.ImageFinding;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.findings.ScoreFinding;
import dev.mnc.jobs.evaluate.findings.TideFinding;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What both engines are asked for in COCO's protocol, and what is made of the answers. */
final class CocoFindings {

    private CocoFindings() {}

    /**
     * What is asked for.
     *
     * @param area which area of a detection counts
     * @param categories those of the ground truth
     */
    static Pass pass(Coco coco, DetectionArea area, List<Category> categories) {
        MatchRules rules = MatchRules.coco(coco.compat());
        List<Lane> lanes = new ArrayList<>();
        coco.iouTypes().forEach(type -> lanes.add(new CocoLane(new Matching(type, area, rules))));
        List<TallyKind<?>> tallies = new ArrayList<>(ImageFinding.tallies(lanes, coco.score(), coco.target()));
        if (coco.bootstrap() != null) {
            tallies.add(new DetectedImages.Kind(lanes.get(0).matching()));
        }
        if (coco.errors() == Errors.TOLD_APART) {
            ErrorAnalysis analysis = analysis(coco, lanes);
            lanes.addAll(analysis.lanes());
            tallies.addAll(analysis.tallies());
        }
        return new Pass(
                lanes,
                tallies,
                new LongIndex(categories.stream().map(Category::id).toList()),
                coco.target(),
                coco.bootstrap());
    }

    /** What was found out, in the order of {@code metrics.json}. */
    static List<Finding> of(
            Coco coco, Outcome outcome, Map<Integer, Replicates> replicates, List<Category> categories) {
        Map<Long, String> names = names(categories);
        List<EvaluationResult> results = outcome.results();
        List<Finding> findings = new ArrayList<>(List.of(
                new CurveFinding(results, names),
                new ScoreFinding(results, coco.target(), names),
                new CalibrationFinding(results, names),
                new ImageFinding(outcome, coco.score(), coco.target(), names)));
        if (coco.bootstrap() != null) {
            findings.add(intervals(coco.bootstrap(), outcome, replicates, names));
        }
        if (coco.errors() == Errors.TOLD_APART) {
            ErrorReport report = analysis(coco, outcome.pass().lanes()).read(outcome);
            findings.add(new TideFinding(report.errors(), names));
            findings.add(new ConfusionFinding(report.confusions(), names));
        }
        return findings;
    }

    private static IntervalFinding intervals(
            PoissonWeights weights, Outcome outcome, Map<Integer, Replicates> replicates, Map<Long, String> names) {
        List<Resampled> resampled = new ArrayList<>();
        replicates.forEach((lane, its) -> {
            if (outcome.pass().lanes().get(lane) instanceof CocoLane) {
                resampled.add(new Resampled(outcome.lanes().get(lane), its));
            }
        });
        DetectedImages images = outcome.tally(
                new DetectedImages.Kind(outcome.pass().lanes().get(0).matching()));
        return new IntervalFinding(resampled, weights, images, names);
    }

    private static ErrorAnalysis analysis(Coco coco, List<Lane> lanes) {
        return new ErrorAnalysis(lanes.stream()
                .filter(CocoLane.class::isInstance)
                .map(Lane::matching)
                .map(matching -> new AtScore(
                        matching, matching.rules().closest(coco.target().iou()), coco.score()))
                .toList());
    }

    /** Names by id; the last of more than one. */
    static Map<Long, String> names(List<Category> categories) {
        return categories.stream().collect(Collectors.toMap(Category::id, Category::name, (one, other) -> other));
    }
}
