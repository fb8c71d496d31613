package dev.mnc.evaluation.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.GoldenCase;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.counts.FalseAlarms.Count;
import dev.mnc.evaluation.counts.WorstImages.Entry;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.CocoRankingSpec;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.scores.ScoreTarget;
import dev.mnc.evaluation.scores.ScoreThreshold;
import dev.mnc.evaluation.scores.ScoreThresholds.Verdict;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScoreCutTest {

    private static final Matching BOXES =
            new Matching(IouType.BBOX, DetectionArea.COMPARED, MatchRules.coco(Compat.NONE));
    private static final ScoreTarget TARGET = new ScoreTarget(0.75, 0.4);

    /** Cases of one overlap and one score: what the evaluation and the plain reading of the rules say. */
    private record Case(GroundTruth truth, ScoreCut at, Outcome outcome, List<ByHand> cells) {

        static Case of(GoldenCase golden, double score) throws IOException {
            GroundTruth truth = golden.truth();
            List<Detection> detections = golden.detections(truth);
            ScoreCut at = new ScoreCut(BOXES, BOXES.rules().closest(TARGET.iou()), score);
            EvaluationPlan plan = new EvaluationPlan(
                    List.of(new CocoRankingSpec(BOXES)),
                    List.of(new WorstImages.Kind(at), new FalseAlarms.Kind(at)),
                    new LongIndex(truth.categories().stream().map(Category::id).toList()),
                    TARGET);
            Outcome outcome = new CocoEvaluation(plan)
                    .evaluate(truth, List.of(DetectionColumns.of(detections)), ForkJoinPool.commonPool());
            return new Case(truth, at, outcome, ByHand.of(truth, detections, TARGET.iou()));
        }

        List<CategoryResult> categories() {
            return outcome.results().get(0).categories();
        }

        List<ByHand> cells(long category) {
            return cells.stream().filter(cell -> cell.category() == category).toList();
        }

        long sum(long category, ToLongFunction<ByHand> value) {
            return cells(category).stream().mapToLong(value).sum();
        }
    }

    static Stream<GoldenCase> cases() {
        return GoldenCase.all()
                .filter(golden -> golden.variant().equals("bbox")
                        && Stream.of("fuzz_cont", "fuzz_ellipse_ties", "syn_empty_images", "syn_cat_only_dt")
                                .anyMatch(golden.name()::startsWith));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thresholdsAreTheBestOfAllScores(GoldenCase golden) throws IOException {
        Case it = Case.of(golden, 0.5);
        for (CategoryResult category : it.categories()) {
            long id = category.categoryId();
            Set<Double> scores = new HashSet<>();
            it.cells(id).forEach(cell -> cell.verdicts().forEach(found -> scores.add(found.score())));
            ScoreThreshold best = null;
            ScoreThreshold least = null;
            for (double score :
                    scores.stream().sorted(Comparator.reverseOrder()).toList()) {
                long right = it.sum(id, cell -> cell.count(Verdict.RIGHT, score));
                long wrong = it.sum(id, cell -> cell.count(Verdict.WRONG, score));
                ScoreThreshold cut = new ScoreThreshold(score, right, wrong, it.sum(id, ByHand::positives));
                best = right > 0 && (best == null || cut.f1() > best.f1()) ? cut : best;
                least = right > 0 && cut.precision() >= TARGET.precision() ? cut : least;
            }

            assertThat(category.scores().thresholds().highestF1()).isEqualTo(best);
            assertThat(category.scores().thresholds().atPrecision()).isEqualTo(least);
            assertThat(category.rules().threshold(category.scores().threshold()))
                    .isEqualTo(0.75);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void calibrationIsThatOfTheDetectionsThatCount(GoldenCase golden) throws IOException {
        Case it = Case.of(golden, 0.5);
        for (CategoryResult category : it.categories()) {
            double[] sums = new double[10];
            Map<Verdict, Long> counts = new HashMap<>();
            for (ByHand cell : it.cells(category.categoryId())) {
                for (ByHand.Found found : cell.verdicts()) {
                    if (found.verdict() != Verdict.IGNORED) {
                        sums[(int) Math.min(9, found.score() * 10)] +=
                                (found.verdict() == Verdict.RIGHT ? 1 : 0) - found.score();
                    }
                    counts.merge(found.verdict(), 1L, Long::sum);
                }
            }
            long all = counts.getOrDefault(Verdict.RIGHT, 0L) + counts.getOrDefault(Verdict.WRONG, 0L);
            double expected = 0;
            for (double sum : sums) {
                expected += all == 0 ? 0 : Math.abs(sum) / all;
            }

            assertThat(category.scores().calibration().detections()).isEqualTo(all);
            assertThat(category.scores().calibration().expectedError())
                    .isCloseTo(all == 0 ? -1 : expected, within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void worstImagesAreThoseWithTheMostErrors(GoldenCase golden) throws IOException {
        for (double score : new double[] {0, 0.3, 0.5, 0.9}) {
            Case it = Case.of(golden, score);
            WorstImages worst = it.outcome.counter(new WorstImages.Kind(it.at));
            for (int category = 0; category < it.categories().size(); category++) {
                List<Entry> expected = it.cells(it.categories().get(category).categoryId()).stream()
                        .map(cell -> new Entry(
                                cell.image().id(),
                                cell.image().fileName(),
                                cell.missed(score),
                                cell.count(Verdict.WRONG, score)))
                        .filter(entry -> entry.missed() + entry.wrong() > 0)
                        .sorted(Comparator.comparingLong((Entry entry) -> -entry.missed() - entry.wrong())
                                .thenComparingLong(entry -> -entry.missed())
                                .thenComparingLong(Entry::imageId))
                        .limit(20)
                        .toList();

                assertThat(worst.of(category)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void falseAlarmsAreTheDetectionsWhereNothingOfTheirCategoryIs(GoldenCase golden) throws IOException {
        Case it = Case.of(golden, 0.5);
        FalseAlarms alarms = it.outcome.counter(new FalseAlarms.Kind(it.at));
        for (int category = 0; category < it.categories().size(); category++) {
            List<ByHand> without = it.cells(it.categories().get(category).categoryId()).stream()
                    .filter(cell -> cell.positives() + cell.crowds() == 0)
                    .toList();
            assertThat(alarms.of(category)).isEqualTo(count(without));
        }
        Set<Long> occupied = new HashSet<>();
        it.cells.stream()
                .filter(cell -> cell.positives() + cell.crowds() > 0)
                .forEach(cell -> occupied.add(cell.image().id()));
        List<ByHand> empty = it.cells.stream()
                .filter(cell -> !occupied.contains(cell.image().id()))
                .toList();
        assertThat(alarms.images()).isEqualTo(it.truth.images().size());
        assertThat(alarms.emptyImages()).isEqualTo(it.truth.images().size() - occupied.size());
        assertThat(alarms.inEmptyImages().detections()).isEqualTo(count(empty).detections());
        assertThat(alarms.inEmptyImages().atScore()).isEqualTo(count(empty).atScore());
    }

    private static Count count(List<ByHand> cells) {
        return new Count(
                cells.stream().filter(cell -> !cell.verdicts().isEmpty()).count(),
                cells.stream().mapToLong(cell -> cell.verdicts().size()).sum(),
                cells.stream()
                        .filter(cell -> cell.count(Verdict.WRONG, 0.5) > 0)
                        .count(),
                cells.stream().mapToLong(cell -> cell.count(Verdict.WRONG, 0.5)).sum());
    }

    @Test
    void theCasesHaveErrorsAlarmsAndThresholds() throws IOException {
        Case ties = Case.of(
                cases().filter(golden -> golden.name().startsWith("fuzz_ellipse_ties"))
                        .findFirst()
                        .orElseThrow(),
                0.5);
        FalseAlarms alarms = ties.outcome.counter(new FalseAlarms.Kind(ties.at));

        assertThat(ties.outcome.counter(new WorstImages.Kind(ties.at)).of(0)).hasSize(WorstImages.MOST);
        assertThat(alarms.of(0).atScore()).isPositive();
        assertThat(ties.categories().get(0).scores().thresholds().highestF1()).isNotNull();
    }

    @Test
    void overlapsAndScoresThatAreNoneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoreCut(BOXES, 10, 0.5))
                .withMessage("the index of an overlap must be in 0 .. 9, got 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoreCut(BOXES, 0, Double.NaN))
                .withMessage("the score must be a number, got NaN");
        assertThat(BOXES.rules().closest(0.9)).isEqualTo(8);
        assertThat(BOXES.rules().closest(0.1)).isZero();
        assertThat(BOXES.rules().areaName(1)).isEqualTo("small");
        assertThat(new MatchRules(new double[] {0.5}, new double[] {0}, new double[] {64}, new int[] {1}, Compat.NONE)
                        .areaName(0))
                .isEqualTo("0..64");
    }
}
