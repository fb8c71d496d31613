package dev.mnc.jobs.evaluate.findings;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Frequency;
import dev.mnc.evaluation.bootstrap.CategoryReplicates;
import dev.mnc.evaluation.bootstrap.Estimate;
import dev.mnc.evaluation.bootstrap.ReplicateRequest.Cut;
import dev.mnc.evaluation.bootstrap.Replicates;
import dev.mnc.evaluation.bootstrap.Resampled;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.FalseAlarms;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.errors.TideRankingSpec;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.evaluation.lvis.LvisMetric;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.ranges.GridFigure;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.scores.ScoreThresholds.Found;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.evaluation.slices.ImageGroups;
import dev.mnc.evaluation.slices.SliceRankingSpec;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Label;
import dev.mnc.jobs.evaluate.findings.IntervalSection.OfCategory;
import dev.mnc.jobs.evaluate.findings.IntervalSection.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The intervals of the numbers of COCO's protocol or LVIS's, and of what was requested besides, as they are gathered. */
public final class CocoIntervals {

    private final Outcome outcome;
    private final Map<Integer, Replicates> replicates;
    private final Map<Long, Frequency> frequencies;
    private final List<Resampled> protocol = new ArrayList<>();
    private final List<IntervalSection> sections = new ArrayList<>();

    /**
     * Intervals of the numbers of the protocol and its slices, and what their scores are worth.
     *
     * @param own how many rankings are the protocol's own; they are the first
     * @param replicates of the rankings that were resampled, by number
     * @param frequencies of the categories if the protocol is that of LVIS, else empty
     */
    public CocoIntervals(
            Outcome outcome, int own, Map<Integer, Replicates> replicates, Map<Long, Frequency> frequencies) {
        this.outcome = outcome;
        this.replicates = replicates;
        this.frequencies = frequencies;
        for (int number = 0; number < outcome.rankingResults().size(); number++) {
            RankingSpec ranking = outcome.plan().rankingSpecs().get(number);
            if (number < own) {
                protocol.add(resampled(ranking));
                addProtocol(resampled(ranking));
            } else if (ranking instanceof SliceRankingSpec slice) {
                addSlice(slice);
            }
        }
    }

    private Resampled resampled(RankingSpec ranking) {
        int number = outcome.plan().rankingSpecs().indexOf(ranking);
        return Resampled.of(outcome, number, requireNonNull(replicates.get(number)));
    }

    /** Returns the protocol's own rankings with their replicates. */
    public List<Resampled> protocol() {
        return protocol;
    }

    /** Returns all that was gathered. */
    public List<IntervalSection> all() {
        return sections;
    }

    private static Label type(EvaluationResult point) {
        return Label.of("iou_type", point.type().label());
    }

    private List<Estimate> numbers(Resampled resampled) {
        EvaluationResult point = resampled.point();
        return frequencies.isEmpty()
                ? Arrays.stream(Metric.values())
                        .map(metric -> resampled.estimate(metric.name(), metric))
                        .toList()
                : new LvisResult(point.type(), point.categories(), frequencies).estimates(resampled);
    }

    private List<Estimate> numbers(Resampled resampled, int category) {
        return frequencies.isEmpty()
                ? Arrays.stream(Metric.values())
                        .map(metric -> resampled.estimate(metric.name(), category, metric))
                        .toList()
                : Arrays.stream(LvisMetric.values())
                        .filter(metric -> !metric.isOfOneFrequency())
                        .map(metric -> resampled.estimate(metric.label(), category, metric))
                        .toList();
    }

    private void addProtocol(Resampled resampled) {
        List<CategoryResult> results = resampled.point().categories();
        List<OfCategory> categories = new ArrayList<>();
        List<OfCategory> thresholds = new ArrayList<>();
        List<OfCategory> calibration = new ArrayList<>();
        Calibration together = new Calibration();
        List<Calibration> drawnTogether = Stream.generate(Calibration::new)
                .limit(resampled.replicates().count())
                .toList();
        for (int i = 0; i < results.size(); i++) {
            long id = results.get(i).categoryId();
            CategoryReplicates drawn = resampled.replicates().categories().get(i);
            categories.add(new OfCategory(id, numbers(resampled, i)));
            thresholds.add(new OfCategory(id, thresholds(results.get(i), drawn)));
            Calibration point = results.get(i).scores().calibration();
            List<Calibration> calibrations = calibrations(drawn);
            calibration.add(new OfCategory(id, errors(point, calibrations)));
            together.add(point);
            for (int replicate = 0; replicate < calibrations.size(); replicate++) {
                drawnTogether.get(replicate).add(calibrations.get(replicate));
            }
        }
        List<Label> labels = List.of(type(resampled.point()));
        sections.add(new IntervalSection(Section.PROTOCOL, labels, numbers(resampled), categories));
        sections.add(new IntervalSection(Section.THRESHOLDS, labels, List.of(), thresholds));
        sections.add(new IntervalSection(Section.CALIBRATION, labels, errors(together, drawnTogether), calibration));
    }

    private static List<Estimate> thresholds(CategoryResult category, CategoryReplicates drawn) {
        Found found = category.scores().thresholds();
        List<Estimate> estimates = new ArrayList<>();
        addThreshold(estimates, "max_f1", found.highestF1(), Cut.HIGHEST_F1, drawn);
        addThreshold(estimates, "at_precision", found.atPrecision(), Cut.AT_PRECISION, drawn);
        return estimates;
    }

    private static void addThreshold(
            List<Estimate> estimates, String rule, @Nullable ScoreThreshold point, Cut cut, CategoryReplicates drawn) {
        if (point == null) {
            return;
        }
        Map<String, ToDoubleFunction<ScoreThreshold>> numbers = Map.of(
                "f1", ScoreThreshold::f1, "precision", ScoreThreshold::precision, "recall", ScoreThreshold::recall);
        for (String name : List.of("f1", "precision", "recall")) {
            ToDoubleFunction<ScoreThreshold> number = requireNonNull(numbers.get(name));
            double[] values = new double[drawn.replicates()];
            Arrays.setAll(values, i -> {
                ScoreThreshold threshold = drawn.threshold(cut, point.score(), i);
                return threshold.positives() == 0 ? Double.NaN : number.applyAsDouble(threshold);
            });
            estimates.add(Estimate.of(rule + " " + name, number.applyAsDouble(point), values));
        }
    }

    private static List<Calibration> calibrations(CategoryReplicates drawn) {
        return IntStream.range(0, drawn.replicates())
                .mapToObj(drawn::calibration)
                .toList();
    }

    private static List<Estimate> errors(Calibration point, List<Calibration> drawn) {
        double[] expected = new double[drawn.size()];
        double[] maximum = new double[expected.length];
        for (int i = 0; i < expected.length; i++) {
            Calibration calibration = drawn.get(i);
            expected[i] = calibration.detections() == 0 ? Double.NaN : calibration.expectedError();
            maximum[i] = calibration.detections() == 0 ? Double.NaN : calibration.maximumError();
        }
        return List.of(
                Estimate.of("ece", point.expectedError(), expected), Estimate.of("mce", point.maximumError(), maximum));
    }

    private void addSlice(SliceRankingSpec slice) {
        Resampled resampled = resampled(slice);
        ImageGroups groups = slice.groups();
        List<Label> labels = List.of(
                Label.of("slice_by", groups.columns().get(slice.column())),
                Label.of("slice", groups.value(slice.column(), slice.group())),
                type(resampled.point()));
        IntervalSection all = new IntervalSection(Section.SLICES, labels, numbers(resampled), List.of());
        if (!all.isEmpty()) {
            sections.add(all);
        }
    }

    /** Adds numbers over lists of overlaps, size ranges and limits. */
    public void addLists(List<GridFigure> figures) {
        for (GridFigure figure : figures) {
            Resampled resampled = resampled(figure.spec());
            List<OfCategory> categories = new ArrayList<>();
            for (int i = 0; i < figure.categories().size(); i++) {
                CategoryResult category = figure.categories().get(i);
                if (figure.positives(category) > 0) {
                    categories.add(new OfCategory(category.categoryId(), figure.estimatesOf(resampled, i)));
                }
            }
            sections.add(
                    new IntervalSection(Section.LISTS, labels(figure, null), figure.estimates(resampled), categories));
            for (int t = 0; t < figure.spec().rules().thresholds(); t++) {
                double iou = figure.spec().rules().threshold(t);
                sections.add(new IntervalSection(
                        Section.LISTS, labels(figure, iou), figure.estimatesAt(resampled, t), List.of()));
            }
        }
    }

    private static List<Label> labels(GridFigure figure, @Nullable Double iou) {
        return List.of(
                type(figure.result()),
                Label.of("area", figure.area().name()),
                Label.of("max_detections", figure.maxDetections()),
                Label.ofNumber("iou", iou));
    }

    /** Adds false alarms in images without objects. */
    public void addFalseAlarms(IouType type, FalseAlarms alarms) {
        sections.add(new IntervalSection(
                Section.FALSE_ALARMS, List.of(Label.of("iou_type", type.label())), alarms.estimates(), List.of()));
    }

    /** Adds what errors cost. */
    public void addErrors(TideResult errors, Matching matching) {
        Resampled found = resampled(new TideRankingSpec(matching, TideRankingSpec.State.FOUND));
        Resampled corrected = resampled(new TideRankingSpec(matching, TideRankingSpec.State.CORRECTED));
        List<OfCategory> categories = new ArrayList<>();
        for (TideResult.OfCategory category : errors.categories()) {
            int number = outcome.plan().categories().of(category.categoryId());
            categories.add(new OfCategory(category.categoryId(), errors.estimates(category, number, found, corrected)));
        }
        sections.add(new IntervalSection(
                Section.ERRORS, List.of(type(found.point())), errors.estimates(found, corrected), categories));
    }
}
