package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.bootstrap.Data.Both;
import dev.mnc.evaluation.bootstrap.Data.Given;
import dev.mnc.evaluation.bootstrap.Data.Ones;
import dev.mnc.evaluation.bootstrap.ReplicateRequest.Cut;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.FalseAlarms;
import dev.mnc.evaluation.counts.ScoreCut;
import dev.mnc.evaluation.curves.Measure;
import dev.mnc.evaluation.errors.ErrorCounter;
import dev.mnc.evaluation.errors.ErrorType;
import dev.mnc.evaluation.errors.TideRankingSpec;
import dev.mnc.evaluation.errors.TideResult;
import dev.mnc.evaluation.lvis.LvisRankingSpec;
import dev.mnc.evaluation.lvis.LvisResult;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.naive.NaiveEvaluation;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.CounterSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.plan.RankingSpec;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.ranges.MetricGrid;
import dev.mnc.evaluation.scores.Calibration;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicates of every kind of number against evaluations of images repeated as often as they count. */
class RankingReplicatesTest {

    private static final int REPLICATES = 30;

    private enum Kind {
        COCO,
        LISTS,
        TIDE,
        LVIS;

        Data data() throws IOException {
            return this == LVIS ? ofLvis() : Data.of(Data.golden("fuzz_cont"));
        }

        /** No two scores are alike: repeated images bring equal ones together in another order than weights do. */
        private static Data ofLvis() {
            List<Image> images = new ArrayList<>();
            List<Annotation> annotations = new ArrayList<>();
            List<Detection> detections = new ArrayList<>();
            for (long seed = 0; seed < 8; seed++) {
                NaiveEvaluation naive = NaiveEvaluation.random(seed, true, 300, 300);
                long first = seed * 10_000;
                for (Image image : naive.truth().images()) {
                    images.add(new Image(
                            image.id() + first, image.fileName(), image.height(), image.width(), image.checked()));
                }
                for (Annotation annotation : naive.truth().annotations()) {
                    long image = annotation.imageId() + first;
                    Box box = requireNonNull(annotation.bbox());
                    annotations.add(new Annotation(
                            annotations.size() + 1,
                            image,
                            annotation.categoryId(),
                            box,
                            annotation.area(),
                            false,
                            null));
                    Box near = new Box(box.x() + annotations.size() % 7, box.y(), box.width(), box.height());
                    add(detections, image, annotation.categoryId(), annotations.size() * 37 % 100 / 100.0, near);
                }
                for (Detection detection : naive.detections()) {
                    add(
                            detections,
                            detection.imageId() + first,
                            detection.categoryId(),
                            detection.score(),
                            detection.bbox());
                }
            }
            List<Category> categories =
                    NaiveEvaluation.random(0, true, 300, 300).truth().categories();
            return new Data(new GroundTruth(images, categories, annotations), detections);
        }

        private static void add(
                List<Detection> detections, long image, long category, double score, @Nullable Box box) {
            int ordinal = detections.size();
            detections.add(new Detection(ordinal, image, category, score + ordinal * 1e-7, box, null));
        }

        EvaluationPlan plan(Data data) {
            Matching matching = new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE));
            List<RankingSpec> rankingSpecs = switch (this) {
                case COCO -> List.of(new CocoRankingSpec(matching));
                case LISTS -> LISTED.rankingSpecs(IouType.BBOX, DetectionArea.COMPARED, Compat.NONE);
                case TIDE ->
                    List.of(
                            new TideRankingSpec(matching, TideRankingSpec.State.FOUND),
                            new TideRankingSpec(matching, TideRankingSpec.State.CORRECTED));
                case LVIS -> List.of(LvisRankingSpec.of(IouType.BBOX, DetectionArea.COMPARED, data.categories()));
            };
            List<CounterSpec<?>> counterSpecs = this == TIDE ? List.of(new ErrorCounter.Kind(matching)) : List.of();
            return new EvaluationPlan(rankingSpecs, counterSpecs, data.categories(), new ScoreTarget(0.6, 0.7));
        }
    }

    private static final MetricGrid LISTED = MetricGrid.of(
            List.of(0.35, 0.5, 0.8),
            List.of(new AreaBounds("any", 0, 1e10), new AreaBounds("some", 200, 900)),
            List.of(1, 5));

    @ParameterizedTest
    @EnumSource
    void weightsOfOneGiveThePointEstimateInEveryBit(Kind kind) throws IOException {
        Data data = kind.data();
        EvaluationPlan plan = kind.plan(data);
        Both both = data.both(plan.withWeights(new Ones(ReplicateBlock.SIZE + 2)));
        int compared = 0;
        for (int specIndex = 0; specIndex < plan.rankingSpecs().size(); specIndex++) {
            Resampled resampled = both.ranking(specIndex);
            for (Measure measure : resampled.measures()) {
                for (int i = 0; i < data.categories().size(); i++) {
                    double point = measure.of(resampled.point().categories().get(i));
                    assertThat(resampled.values(i, measure))
                            .as("%s", measure)
                            .hasSize(ReplicateBlock.SIZE + 2)
                            .containsOnly(point < 0 ? Double.NaN : point);
                    compared += point > 0 ? 1 : 0;
                }
                double mean = measure.mean(resampled.point().categories());
                assertThat(resampled.values(measure)).containsOnly(mean < 0 ? Double.NaN : mean);
            }
        }
        assertThat(compared).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void weightsGiveWhatTheImagesGiveWhenRepeatedAsOften(Kind kind) throws IOException {
        Data data = kind.data();
        List<Map<Long, Integer>> weights = data.poisson(REPLICATES);
        EvaluationPlan plan = kind.plan(data);
        Both both = data.both(plan.withWeights(new Given(weights)));
        int compared = 0;
        for (int i = 0; i < REPLICATES; i++) {
            Outcome repeated = data.repeated(weights.get(i)).outcome(plan);
            for (int specIndex = 0; specIndex < plan.rankingSpecs().size(); specIndex++) {
                Resampled resampled = both.ranking(specIndex);
                for (Measure measure : resampled.measures()) {
                    for (int category = 0; category < data.categories().size(); category++) {
                        double expected = measure.of(repeated.rankingResults()
                                .get(specIndex)
                                .categories()
                                .get(category));
                        assertThat(resampled.values(category, measure)[i])
                                .as("replicate %d, %s of category %d", i, measure, category)
                                .isCloseTo(expected < 0 ? Double.NaN : expected, within(1e-15));
                        compared += expected > 0 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(300);
    }

    /** The number that an evaluation of repeated images gives in each replicate. */
    private interface Figure {
        @Nullable
        Double of(Outcome outcome);
    }

    private static void assertInterval(Estimate estimate, List<Outcome> repeated, Figure number) {
        double[] values = repeated.stream()
                .map(number::of)
                .mapToDouble(value -> value == null || value == -1 ? Double.NaN : value)
                .toArray();
        Interval expected = Interval.of(estimate.value(), values);
        Interval interval = estimate.interval();
        assertThat(interval == null).as(estimate.name()).isEqualTo(expected == null);
        if (interval != null && expected != null) {
            assertThat(interval.replicates()).isEqualTo(expected.replicates());
            assertThat(interval.mean()).as(estimate.name()).isCloseTo(expected.mean(), within(1e-14));
            assertThat(interval.low()).as(estimate.name()).isCloseTo(expected.low(), within(1e-14));
            assertThat(interval.high()).as(estimate.name()).isCloseTo(expected.high(), within(1e-14));
            assertThat(interval.standardError())
                    .as(estimate.name())
                    .isCloseTo(expected.standardError(), within(1e-14))
                    .isPositive();
        }
    }

    private static List<Outcome> repeated(Data data, EvaluationPlan plan) {
        return data.poisson(REPLICATES).stream()
                .map(weights -> data.repeated(weights).outcome(plan))
                .toList();
    }

    /** The losses of TIDE, and those of repeated images. */
    private record Losses(Both both, Matching matching, List<Outcome> repeated) {

        static Losses measured() throws IOException {
            Data data = Kind.TIDE.data();
            EvaluationPlan plan = Kind.TIDE.plan(data);
            Both both = data.both(plan.withWeights(new Given(data.poisson(REPLICATES))));
            return new Losses(both, plan.rankingSpecs().get(0).matching(), RankingReplicatesTest.repeated(data, plan));
        }

        TideResult point() {
            return TideResult.of(both.outcome(), matching);
        }

        void assertSure(Estimate estimate, ToDoubleFunction<TideResult> number) {
            assertInterval(estimate, repeated, of -> number.applyAsDouble(TideResult.of(of, matching)));
        }
    }

    @Test
    void everyLossOfTideIsAsSureAsThoseOfRepeatedImages() throws IOException {
        Losses losses = Losses.measured();
        TideResult point = losses.point();

        List<Estimate> estimates = point.estimates(losses.both.ranking(0), losses.both.ranking(1));

        assertThat(estimates)
                .extracting(Estimate::name)
                .containsExactly(
                        "AP50",
                        "dAP Cls",
                        "dAP Loc",
                        "dAP Both",
                        "dAP Dupe",
                        "dAP Bkg",
                        "dAP Miss",
                        "dAP FalsePos",
                        "dAP FalseNeg");
        losses.assertSure(estimates.get(0), TideResult::precision);
        ErrorType[] errors = ErrorType.values();
        for (int i = 0; i < errors.length; i++) {
            ErrorType error = errors[i];
            Estimate estimate = estimates.get(1 + i);
            assertThat(estimate.value()).isEqualTo(point.lost(error));
            losses.assertSure(estimate, result -> result.lost(error));
        }
        losses.assertSure(estimates.get(7), TideResult::falsePositives);
        losses.assertSure(estimates.get(8), TideResult::falseNegatives);
    }

    @Test
    void lossesOfACategoryAreAsSureAsThoseOfRepeatedImages() throws IOException {
        Losses losses = Losses.measured();
        TideResult point = losses.point();

        List<Estimate> estimates =
                point.estimates(point.categories().get(1), 1, losses.both.ranking(0), losses.both.ranking(1));

        ErrorType[] errors = ErrorType.values();
        for (int i = 0; i < errors.length; i++) {
            ErrorType error = errors[i];
            losses.assertSure(
                    estimates.get(1 + i), result -> result.categories().get(1).lost(error));
        }
    }

    @Test
    void meansOverAFrequencyAreAsSureAsThoseOfRepeatedImages() throws IOException {
        Data data = Kind.LVIS.data();
        EvaluationPlan plan = Kind.LVIS.plan(data);
        Both both = data.both(plan.withWeights(new Given(data.poisson(REPLICATES))));
        LvisResult point = lvis(both.outcome());
        List<Outcome> repeated = repeated(data, plan);

        List<Estimate> estimates = point.estimates(both.ranking(0));

        assertThat(estimates).hasSize(13);
        point.metrics().forEach((metric, value) -> {
            Estimate estimate = estimates.stream()
                    .filter(candidate -> candidate.name().equals(metric.label()))
                    .findFirst()
                    .orElseThrow();
            assertThat(estimate.value()).isEqualTo(value);
            assertInterval(estimate, repeated, of -> lvis(of).metric(metric));
        });
    }

    private static LvisResult lvis(Outcome outcome) {
        return new LvisResult(IouType.BBOX, outcome.rankingResults().get(0).categories(), NaiveEvaluation.FREQUENCIES);
    }

    @ParameterizedTest
    @EnumSource(names = {"COCO", "LVIS"})
    void calibrationIsThatOfRepeatedImages(Kind kind) throws IOException {
        Data data = kind.data();
        EvaluationPlan plan = kind.plan(data);
        Both both = data.both(plan.withWeights(new Given(data.poisson(REPLICATES))));
        List<Outcome> repeated = repeated(data, plan);
        int errors = 0;
        for (int i = 0; i < REPLICATES; i++) {
            for (int category = 0; category < data.categories().size(); category++) {
                Calibration expected =
                        result(repeated.get(i), category).scores().calibration();
                Calibration calibration =
                        both.ranking(0).replicates().categories().get(category).calibration(i);
                assertThat(calibration.bins()).isEqualTo(expected.bins());
                assertThat(calibration.expectedError()).isEqualTo(expected.expectedError());
                errors += expected.maximumError() > 0 ? 1 : 0;
            }
        }
        assertThat(errors).isGreaterThan(50);
    }

    private static CategoryResult result(Outcome outcome, int category) {
        return outcome.rankingResults().get(0).categories().get(category);
    }

    @Test
    void cutsStayWhereThePointEstimateHasThemAndCountTheDetectionsOfRepeatedImages() throws IOException {
        Data data = Kind.COCO.data();
        EvaluationPlan plan = Kind.COCO.plan(data);
        List<Map<Long, Integer>> weights = data.poisson(REPLICATES);
        Both both = data.both(plan.withWeights(new Given(weights)));
        int threshold = result(both.outcome(), 0).scores().threshold();
        for (int category = 0; category < data.categories().size(); category++) {
            long id = data.categories().id(category);
            ScoreThreshold cut = requireNonNull(
                    result(both.outcome(), category).scores().thresholds().highestF1());
            for (int i = 0; i < REPLICATES; i++) {
                Data repeated = data.repeated(weights.get(i));
                List<Detection> above = repeated.detections().stream()
                        .filter(detection -> detection.categoryId() == id && detection.score() >= cut.score())
                        .toList();
                CategoryResult expected = result(new Data(repeated.truth(), above).outcome(plan), category);
                ScoreThreshold replicate = both.ranking(0)
                        .replicates()
                        .categories()
                        .get(category)
                        .threshold(Cut.HIGHEST_F1, cut.score(), i);
                assertThat(replicate.positives()).isEqualTo(expected.positives(0));
                assertThat(replicate.recall()).isEqualTo(expected.recall(0, 2, threshold));
                Calibration counted = expected.scores().calibration();
                assertThat(replicate.truePositives() + replicate.falsePositives())
                        .isEqualTo(counted.detections());
                assertThat(replicate.truePositives())
                        .isEqualTo(counted.bins().stream()
                                .mapToLong(Calibration.Bin::right)
                                .sum());
            }
        }
    }

    @Test
    void falseAlarmsInEmptyImagesAreAsSureAsThoseOfRepeatedImages() throws IOException {
        Data all = Kind.COCO.data();
        // The images of even ids lose their objects.
        Data data = new Data(
                new GroundTruth(
                        all.truth().images(),
                        all.truth().categories(),
                        all.truth().annotations().stream()
                                .filter(detection -> detection.imageId() % 2 == 1)
                                .toList()),
                all.detections());
        EvaluationPlan coco = Kind.COCO.plan(data);
        ScoreCut at = new ScoreCut(coco.rankingSpecs().get(0).matching(), 0, 0.5);
        List<Outcome> repeated = repeated(data, alarms(coco, new FalseAlarms.Kind(at)));
        Given weights = new Given(data.poisson(REPLICATES));
        FalseAlarms.Kind kind = new FalseAlarms.Kind(at, weights);
        FalseAlarms alarms =
                data.both(alarms(coco, kind).withWeights(weights)).outcome().counter(kind);

        List<Estimate> estimates = alarms.estimates();

        assertThat(estimates)
                .extracting(Estimate::value)
                .containsExactly(
                        (double) alarms.inEmptyImages().detections(),
                        (double) alarms.inEmptyImages().atScore(),
                        alarms.atScorePerEmptyImage());
        assertInterval(estimates.get(0), repeated, of ->
                (double) of.counter(new FalseAlarms.Kind(at)).inEmptyImages().detections());
        assertInterval(estimates.get(1), repeated, of ->
                (double) of.counter(new FalseAlarms.Kind(at)).inEmptyImages().atScore());
        assertInterval(
                estimates.get(2),
                repeated,
                of -> of.counter(new FalseAlarms.Kind(at)).atScorePerEmptyImage());
        FalseAlarms.Kind once = new FalseAlarms.Kind(at, new Ones(3));
        assertThat(data.outcome(alarms(coco, once)).counter(once).estimates())
                .extracting(estimate -> requireNonNull(estimate.interval()).mean())
                .containsExactlyElementsOf(
                        estimates.stream().map(Estimate::value).toList());
    }

    private static EvaluationPlan alarms(EvaluationPlan plan, FalseAlarms.Kind kind) {
        return new EvaluationPlan(plan.rankingSpecs(), List.of(kind), plan.categories());
    }

    @ParameterizedTest
    @EnumSource(names = {"COCO", "LVIS"})
    void weightsOfOneGiveThresholdsAndCalibrationInEveryBit(Kind kind) throws IOException {
        Data data = kind.data();
        Both both = data.both(kind.plan(data).withWeights(new Ones(ReplicateBlock.SIZE + 2)));
        int cuts = 0;
        for (int category = 0; category < data.categories().size(); category++) {
            CategoryResult point = result(both.outcome(), category);
            CategoryReplicates replicates =
                    both.ranking(0).replicates().categories().get(category);
            for (int i : new int[] {0, ReplicateBlock.SIZE + 1}) {
                assertThat(replicates.calibration(i).bins())
                        .isEqualTo(point.scores().calibration().bins());
                for (Cut cut : Cut.values()) {
                    ScoreThreshold expected = Arrays.asList(
                                    point.scores().thresholds().highestF1(),
                                    point.scores().thresholds().atPrecision())
                            .get(cut.index());
                    if (expected != null) {
                        assertThat(replicates.threshold(cut, expected.score(), i))
                                .isEqualTo(expected);
                        cuts++;
                    }
                }
            }
        }
        assertThat(cuts).isGreaterThan(6);
    }
}
