package dev.mnc.jobs.evaluate.result;

import dev.mnc.dataset.CocoDialect;
import dev.mnc.evaluation.bootstrap.DetectedImages;
import dev.mnc.evaluation.bootstrap.PoissonWeights;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.errors.ErrorReport;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.DetectionArea;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The findings of the protocol of COCO or LVIS, made of what an engine returned for {@link CocoPlan}. */
public final class CocoFindings {

    private final Coco coco;
    private final CocoOutcome found;
    private final Outcome outcome;
    private final TruthSummary truth;
    private final Map<Long, String> names;
    private final List<RankingSpec> protocol;
    private final List<EvaluationResult> results;

    private CocoFindings(Coco coco, CocoOutcome found, TruthSummary truth) {
        this.coco = coco;
        this.found = found;
        this.outcome = found.outcome();
        this.truth = truth;
        this.names = truth.categoryNames();
        this.protocol = outcome.plan().rankingSpecs().subList(0, coco.iouTypes().size());
        this.results = protocol.stream().map(outcome::result).toList();
    }

    /**
     * Returns all findings in the order of {@code metrics.json}.
     *
     * @param images the image table, or null if there is none
     */
    public static List<Finding> of(Coco coco, CocoOutcome found, TruthSummary truth, @Nullable ImageTable images) {
        return new CocoFindings(coco, found, truth).all(images);
    }

    private List<Finding> all(@Nullable ImageTable images) {
        boolean lvis = coco.extras().dialect() == CocoDialect.LVIS;
        List<Finding> findings = new ArrayList<>();
        findings.add(lvis ? lvis() : new CurveFinding(results, names));
        findings.add(new ScoreFinding(results, coco.target(), names));
        findings.add(new CalibrationFinding(results, names));
        if (!lvis) {
            findings.add(ofImages());
        }
        List<TideResult> errors = List.of();
        if (coco.extras().errors() == Errors.TOLD_APART) {
            ErrorReport report = CocoPlan.errors(coco, protocol).read(outcome);
            errors = report.errors();
            findings.add(new TideFinding(report.errors(), names));
            findings.add(new ConfusionFinding(report.confusions(), names));
        }
        MetricGrid lists = coco.extras().lists();
        Map<IouType, List<GridFigure>> figures = lists == null ? Map.of() : figures(lists);
        if (lists != null) {
            findings.add(new GridFinding(lists, figures, names));
        }
        if (images != null) {
            long others = images.strangers() + Slice.strangers(protocol, images.groups(), outcome);
            List<Slice> slices = Slice.of(protocol, images.groups(), outcome);
            findings.add(new SliceFinding(slices, others, truth.frequencies(), names));
        }
        PoissonWeights weights = coco.extras().bootstrap();
        if (weights != null) {
            findings.add(intervals(weights, figures, errors));
        }
        return findings;
    }

    private LvisFinding lvis() {
        return new LvisFinding(
                results.stream()
                        .map(result -> new LvisResult(result.type(), result.categories(), truth.frequencies()))
                        .toList(),
                names);
    }

    private ImageFinding ofImages() {
        return new ImageFinding(outcome, coco.score(), coco.target(), names);
    }

    private Map<IouType, List<GridFigure>> figures(MetricGrid lists) {
        DetectionArea area = protocol.get(0).matching().area();
        Map<IouType, List<GridFigure>> figures = new LinkedHashMap<>();
        coco.iouTypes().forEach(type -> figures.put(type, lists.figures(type, area, coco.compat(), outcome)));
        return figures;
    }

    private IntervalFinding intervals(
            PoissonWeights weights, Map<IouType, List<GridFigure>> figures, List<TideResult> errors) {
        CocoIntervals intervals = new CocoIntervals(outcome, protocol.size(), found.replicates(), truth.frequencies());
        if (coco.extras().dialect() == CocoDialect.COCO) {
            ofImages().alarms().forEach(intervals::addFalseAlarms);
        }
        figures.values().forEach(intervals::addLists);
        for (int i = 0; i < errors.size(); i++) {
            intervals.addErrors(errors.get(i), protocol.get(i).matching());
        }
        DetectedImages detected =
                outcome.counter(new DetectedImages.Kind(protocol.get(0).matching()));
        return new IntervalFinding(intervals.all(), intervals.protocol(), weights, detected, names);
    }
}
