package dev.mnc.evaluation.ranges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.coco.EvaluationResult;
import dev.mnc.evaluation.coco.GoldenCase;
import dev.mnc.evaluation.coco.Outcome;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.naive.NaiveEvaluation;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MetricGridTest {

    private static final ExecutorService THREADS = Executors.newSingleThreadExecutor();

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @Test
    void figuresAreThoseOfTheNaiveEvaluatorForAnyLists() {
        // Nine ranges with ten overlaps do not fit into one match.
        List<AreaBounds> areas = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            areas.add(new AreaBounds("a" + i, 100 * i, 250 * i + 200));
        }
        List<Double> thresholds = List.of(0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.9);
        MetricGrid lists = MetricGrid.of(thresholds, areas, List.of(5, 1, 3, 2));
        int compared = 0;
        for (long seed = 0; seed < 20; seed++) {
            NaiveEvaluation all = NaiveEvaluation.random(seed, false, 1000, 1000);
            List<GridFigure> figures = figures(lists, all.truth(), DetectionColumns.of(all.detections()));
            assertThat(figures).hasSize(36);
            for (GridFigure figure : figures) {
                NaiveEvaluation naive =
                        new NaiveEvaluation(all.truth(), all.detections(), false, 1000, figure.maxDetections());
                for (CategoryResult category : figure.categories()) {
                    for (int t = 0; t < thresholds.size(); t += 3) {
                        var expected = naive.figure(category.categoryId(), figure.area(), thresholds.get(t));
                        int area = figure.areaIndex();
                        assertThat(category.averagePrecision(area, t))
                                .isCloseTo(expected.averagePrecision(), within(1e-12));
                        assertThat(category.recall(area, 0, t)).isEqualTo(expected.recall());
                        compared += expected.recall() > 0 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(1000);
    }

    private static List<GridFigure> figures(MetricGrid lists, GroundTruth truth, DetectionColumns detections) {
        LongIndex categories =
                new LongIndex(truth.categories().stream().map(Category::id).toList());
        EvaluationPlan plan = new EvaluationPlan(
                lists.rankingSpecs(IouType.BBOX, DetectionArea.COMPARED, Compat.NONE), List.of(), categories);
        Outcome outcome = new CocoEvaluation(plan).evaluate(truth, List.of(detections), THREADS);
        return lists.figures(IouType.BBOX, DetectionArea.COMPARED, Compat.NONE, outcome);
    }

    @Test
    void cocosOwnListsGiveCocosNumbers() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(g -> g.name().equals("fuzz_cont/bbox"))
                .findFirst()
                .orElseThrow();
        GroundTruth truth = golden.truth();
        EvaluationResult coco = CocoEvaluation.evaluate(
                truth, golden.detections(truth).iterator(), IouType.BBOX, DetectionArea.COMPARED);
        DetectionColumns detections = DetectionColumns.of(golden.detections(truth));

        List<GridFigure> figures = figures(MetricGrid.of(List.of(), List.of(), List.of()), truth, detections);

        assertThat(figures).hasSize(12);
        assertThat(figures.get(0).recall()).isEqualTo(coco.metric(Metric.AR1));
        assertThat(figures.get(1).recall()).isEqualTo(coco.metric(Metric.AR10));
        assertThat(figures.get(2).averagePrecision()).isEqualTo(coco.metric(Metric.AP));
        assertThat(figures.get(2).averagePrecision(5)).isEqualTo(coco.metric(Metric.AP75));
        assertThat(figures.get(5).area().name()).isEqualTo(AreaRange.SMALL.label());
        assertThat(figures.get(5).averagePrecision()).isEqualTo(coco.metric(Metric.APs));
        assertThat(figures.get(11).recall()).isEqualTo(coco.metric(Metric.ARl));
        assertThat(figures.get(0).averagePrecision()).isLessThan(figures.get(2).averagePrecision());
    }

    @Test
    void impossibleListsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricGrid.of(List.of(0.5, 1.5), List.of(), List.of()))
                .withMessage("an IoU threshold lies in (0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricGrid.of(List.of(), List.of(), List.of(0)))
                .withMessage("a limit on detections lies in 1 .. 65535, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricGrid.of(
                        List.of(), List.of(new AreaBounds("a", 0, 1), new AreaBounds("a", 1, 2)), List.of()))
                .withMessage("two size ranges are called a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AreaBounds("a", 5, 4))
                .withMessage("size range a must go from at least 0 to no less, got 5.0 to 4.0");
    }
}
