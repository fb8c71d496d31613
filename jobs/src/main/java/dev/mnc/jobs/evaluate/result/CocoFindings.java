package dev.mnc.jobs.evaluate.result;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.errors.ErrorAnalysis;
import dev.mnc.evaluation.errors.ErrorReport;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.evaluation.lvis.LvisRankingSpec;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.ranges.GridFigure;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.evaluation.slices.Slice;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Errors;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.Protocol.Coco;
import dev.mnc.jobs.evaluate.findings.CalibrationFinding;
import dev.mnc.jobs.evaluate.findings.CocoIntervals;
import dev.mnc.jobs.evaluate.findings.ConfusionFinding;
import dev.mnc.jobs.evaluate.findings.CurveFinding;
import dev.mnc.jobs.evaluate.findings.Finding;
import dev.mnc.jobs.evaluate.findings.GridFinding;
import dev.mnc.jobs.evaluate.findings.ImageFinding;
import dev.mnc.jobs.evaluate.findings.IntervalFinding;
import dev.mnc.jobs.evaluate.findings.LvisFinding;
import dev.mnc.jobs.evaluate.findings.ScoreFinding;
import dev.mnc.jobs.evaluate.findings.SliceFinding;
import dev.mnc.jobs.evaluate.findings.TideFinding;
import dev.mnc.jobs.evaluate.rows.ImageTable;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What both engines are asked for in COCO's protocol, and what is made of the answers. */
public final class CocoFindings {

    private CocoFindings() {}

    /**
     * What the ground truth and an image table say that both the pass and the findings need.
     *
     * @param categories those of the ground truth
     * @param frequencies of the categories of LVIS, else empty
     * @param images the image table, or null if there is none
     */
    public record Subject(
            List<Category> categories,
            Map<Long, Frequency> frequencies,
            @Nullable ImageTable images) {}

    /**
     * What is asked for.
     *
     * @param area which area of a detection counts
     */
    public static EvaluationPlan pass(Coco coco, DetectionArea area, Subject subject) {
        LongIndex categories =
                new LongIndex(subject.categories().stream().map(Category::id).toList());
        List<RankingSpec> own = own(coco, area, categories);
        List<RankingSpec> lanes = new ArrayList<>(own);
        List<CounterSpec<?>> tallies =
                new ArrayList<>(ImageFinding.tallies(own, coco.score(), coco.target(), coco.bootstrap()));
        if (coco.extras().errors() == Errors.TOLD_APART) {
            ErrorAnalysis analysis = analysis(coco, own);
            lanes.addAll(analysis.lanes());
            tallies.addAll(analysis.tallies());
        }
        MetricGrid lists = coco.extras().lists();
        if (lists != null) {
            coco.iouTypes().forEach(type -> lanes.addAll(lists.lanes(type, area, coco.compat())));
        }
        if (subject.images() != null) {
            lanes.addAll(Slice.lanes(own, subject.images().groups()));
            tallies.addAll(Slice.tallies(own, subject.images().groups()));
        }
        PoissonWeights weights = coco.extras().bootstrap();
        if (weights != null) {
            tallies.add(new DetectedImages.Kind(own.get(0).matching()));
        }
        return new EvaluationPlan(lanes, tallies, categories, coco.target(), weights);
    }

    /** The lanes of the protocol itself, one an IoU type. */
    private static List<RankingSpec> own(Coco coco, DetectionArea area, LongIndex categories) {
        MatchRules rules = MatchRules.coco(coco.compat());
        return coco.iouTypes().stream()
                .<RankingSpec>map(type -> coco.extras().dialect() == CocoDialect.LVIS
                        ? LvisRankingSpec.of(type, area, categories)
                        : new CocoRankingSpec(new Matching(type, area, rules)))
                .toList();
    }

    /** What was found out, in the order of {@code metrics.json}. */
    public static List<Finding> of(Coco coco, Outcome outcome, Map<Integer, Replicates> replicates, Subject subject) {
        Map<Long, String> names = names(subject.categories());
        List<Finding> findings = new ArrayList<>();
        List<RankingSpec> own =
                outcome.pass().lanes().subList(0, coco.iouTypes().size());
        List<EvaluationResult> results = own.stream().map(outcome::result).toList();
        if (coco.extras().dialect() == CocoDialect.LVIS) {
            List<LvisResult> numbers = own.stream()
                    .map(lane -> new LvisResult(
                            lane.matching().type(), outcome.result(lane).categories(), subject.frequencies()))
                    .toList();
            findings.add(new LvisFinding(numbers, names));
        } else {
            findings.add(new CurveFinding(results, names));
        }
        findings.add(new ScoreFinding(results, coco.target(), names));
        findings.add(new CalibrationFinding(results, names));
        if (coco.extras().dialect() == CocoDialect.COCO) {
            findings.add(images(outcome, coco, names));
        }
        List<TideResult> errors = List.of();
        if (coco.extras().errors() == Errors.TOLD_APART) {
            ErrorReport report = analysis(coco, own).read(outcome);
            errors = report.errors();
            findings.add(new TideFinding(report.errors(), names));
            findings.add(new ConfusionFinding(report.confusions(), names));
        }
        MetricGrid lists = coco.extras().lists();
        Map<IouType, List<GridFigure>> figures = new LinkedHashMap<>();
        if (lists != null) {
            DetectionArea area = own.get(0).matching().area();
            coco.iouTypes().forEach(type -> figures.put(type, lists.figures(type, area, coco.compat(), outcome)));
            findings.add(new GridFinding(lists, figures, names));
        }
        ImageTable images = subject.images();
        if (images != null) {
            long others = images.strangers() + Slice.strangers(own, images.groups(), outcome);
            findings.add(
                    new SliceFinding(Slice.of(own, images.groups(), outcome), others, subject.frequencies(), names));
        }
        PoissonWeights weights = coco.extras().bootstrap();
        if (weights != null) {
            CocoIntervals spreads = new CocoIntervals(outcome, own.size(), replicates, subject.frequencies());
            if (coco.extras().dialect() == CocoDialect.COCO) {
                images(outcome, coco, names).alarms().forEach(spreads::addFalseAlarms);
            }
            figures.values().forEach(spreads::addLists);
            for (int i = 0; i < errors.size(); i++) {
                spreads.addErrors(errors.get(i), own.get(i).matching());
            }
            DetectedImages detected =
                    outcome.tally(new DetectedImages.Kind(own.get(0).matching()));
            findings.add(new IntervalFinding(spreads.all(), spreads.protocol(), weights, detected, names));
        }
        return findings;
    }

    private static ImageFinding images(Outcome outcome, Coco coco, Map<Long, String> names) {
        return new ImageFinding(outcome, coco.score(), coco.target(), names);
    }

    private static ErrorAnalysis analysis(Coco coco, List<RankingSpec> own) {
        return new ErrorAnalysis(own.stream()
                .map(RankingSpec::matching)
                .map(matching -> new ScoreCut(
                        matching, matching.rules().closest(coco.target().iou()), coco.score()))
                .toList());
    }

    /** Names by id; the last of more than one. */
    public static Map<Long, String> names(List<Category> categories) {
        return categories.stream().collect(Collectors.toMap(Category::id, Category::name, (one, other) -> other));
    }
}
