package dev.mnc.evaluation.lvis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.CocoDialect;
import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.CocoResults;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.Frequency;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CategoryResult;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.naive.NaiveEvaluation;
import dev.mnc.evaluation.plan.EvaluationPlan;
import dev.mnc.evaluation.ranges.AreaBounds;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LvisRankingSpecTest {

    private static final ExecutorService THREADS = Executors.newSingleThreadExecutor();

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 9, 300})
    void figuresAreThoseOfTheNaiveEvaluator(int limit) {
        int compared = 0;
        for (long seed = 0; seed < 150; seed++) {
            NaiveEvaluation naive = NaiveEvaluation.random(seed, true, limit, limit);
            LongIndex categories = categories(naive.truth());
            Matching matching = new Matching(
                    IouType.BBOX,
                    DetectionArea.COMPARED,
                    MatchRules.coco(Compat.NONE).upTo(limit),
                    new LvisSelection(limit));
            for (CategoryResult result :
                    evaluate(naive.truth(), naive.detections(), new LvisRankingSpec(matching, categories))) {
                compared += compare(naive, result, seed);
            }
        }
        assertThat(compared).isGreaterThan(1000);
    }

    private static int compare(NaiveEvaluation naive, CategoryResult result, long seed) {
        int compared = 0;
        for (AreaRange area : AreaRange.values()) {
            AreaBounds bounds = new AreaBounds(area.label(), area.from(), area.to());
            for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS && result.positives(area) > 0; t += 3) {
                var expected = naive.figure(result.categoryId(), bounds, CocoProtocol.iouThreshold(t));
                assertThat(result.averagePrecision(area, t))
                        .as("seed %d, category %d, %s, %d", seed, result.categoryId(), area, t)
                        .isCloseTo(expected.averagePrecision(), within(1e-12));
                assertThat(result.recall(area.index(), 0, t)).isEqualTo(expected.recall());
                compared++;
            }
        }
        return compared;
    }

    @Test
    void meansAreOfTheCategoriesOfAFrequency() {
        int different = 0;
        for (long seed = 0; seed < 30; seed++) {
            NaiveEvaluation naive = NaiveEvaluation.random(seed, true, 300, 300);
            LvisRankingSpec spec = LvisRankingSpec.of(IouType.BBOX, DetectionArea.COMPARED, categories(naive.truth()));
            LvisResult result = new LvisResult(
                    IouType.BBOX, evaluate(naive.truth(), naive.detections(), spec), NaiveEvaluation.FREQUENCIES);
            double rare = result.categories().stream()
                    .filter(category -> category.categoryId() <= 6 && category.positives(AreaRange.ALL) > 0)
                    .mapToDouble(LvisMetric.AP::of)
                    .average()
                    .orElse(-1);

            assertThat(result.metric(LvisMetric.APR)).isCloseTo(rare, within(1e-15));
            different += result.metric(LvisMetric.AP) == rare ? 0 : 1;
            assertThat(result.table().lines())
                    .hasSize(13)
                    .anyMatch(line -> line.startsWith(
                            " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=300 catIds=  r] = "));
        }
        assertThat(different).isGreaterThan(10);
    }

    @Test
    void categoryWithoutFrequencyIsRefused() {
        NaiveEvaluation naive = NaiveEvaluation.random(3, true, 300, 300);
        LvisRankingSpec spec = LvisRankingSpec.of(IouType.BBOX, DetectionArea.COMPARED, categories(naive.truth()));
        List<CategoryResult> results = evaluate(naive.truth(), naive.detections(), spec);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LvisResult(IouType.BBOX, results, Map.of(3L, Frequency.RARE)))
                .withMessage("every category of LVIS has a frequency, but 6 has none");
    }

    /** The sample of LVIS, which is not ours to copy: {@code -Dmnc.golden.coco=FOLDER}. */
    @ParameterizedTest
    @EnumSource(names = {"BBOX", "SEGM"})
    @EnabledIfSystemProperty(named = "mnc.golden.coco", matches = ".+")
    void numbersAreThoseOfLvisApi(IouType type) throws IOException {
        Path folder = Path.of(requireNonNull(System.getProperty("mnc.golden.coco")), "lvis_val100_jitter");
        GroundTruth truth = CocoJson.read(folder.resolve("gt.json"), CocoDialect.LVIS, EntryFaultHandler.STOP);
        List<Detection> detections = new ArrayList<>();
        try (CocoResults.Reader reader = CocoResults.open(folder.resolve("dt.json"), Map.of())) {
            reader.forEachRemaining(detections::add);
        }
        JsonNode expected = new ObjectMapper()
                .readTree(folder.resolve("expected_lvis.json").toFile())
                .get("lvis_" + type.label());

        LvisRankingSpec spec = LvisRankingSpec.of(type, DetectionArea.COMPARED, categories(truth));
        LvisResult result = new LvisResult(type, evaluate(truth, detections, spec), truth.frequencies());

        for (LvisMetric metric : LvisMetric.values()) {
            assertThat(result.metric(metric))
                    .as(metric.label())
                    .isCloseTo(expected.get(metric.label()).asDouble(), within(1e-12));
        }
    }

    private static LongIndex categories(GroundTruth truth) {
        return new LongIndex(truth.categories().stream().map(Category::id).toList());
    }

    private static List<CategoryResult> evaluate(GroundTruth truth, List<Detection> detections, LvisRankingSpec spec) {
        var outcome = new CocoEvaluation(new EvaluationPlan(List.of(spec), List.of(), spec.categories()))
                .evaluate(truth, List.of(DetectionColumns.of(detections)), THREADS);
        assertThat(outcome.faults().first()).isNull();
        return outcome.result(spec).categories();
    }
}
