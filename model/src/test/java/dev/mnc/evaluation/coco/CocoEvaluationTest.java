package dev.mnc.evaluation.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.curves.Metric;
import dev.mnc.evaluation.matching.AreaRange;
import dev.mnc.evaluation.matching.CocoProtocol;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.evaluation.matching.DetectionArea;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CocoEvaluationTest {

    private static final double PERFECT = 0.9999999999999998;

    /** Cases in which pycocotools stops, hangs or is wrong, and we compute the AP on the right. */
    private static final Map<String, Double> RIGHT_ANSWERS = Map.ofEntries(
            Map.entry("syn_bbox_empty_list/bbox", PERFECT),
            Map.entry("syn_gt_id_zero/bbox", PERFECT),
            Map.entry("syn_gt_id_zero/segm", PERFECT),
            Map.entry("syn_gt_id_zero/segm_nobbox", PERFECT),
            Map.entry("syn_no_dets/bbox", 0.0),
            Map.entry("syn_no_dets/segm", 0.0),
            Map.entry("syn_rle_zero_runs/segm", PERFECT),
            Map.entry("syn_rle_zero_runs/segm_nobbox", PERFECT),
            Map.entry("syn_uncompressed_dt/segm_nobbox", PERFECT));

    private static final String FOUR_NUMBERS = "annotation 1 (image 1):"
            + " ring 0 of the polygon has 4 numbers; it takes an even number of them, at least 6";
    private static final String NO_RINGS = "annotation 1 (image 1): polygon has no rings; at least one is needed";
    private static final String UNLISTED = "[1] (image 77): the ground truth does not list its image";

    /** Cases in which we stop as well (pycocotools hangs in that of the short counts), and our messages. */
    private static final Map<String, String> REFUSALS = Map.ofEntries(
            Map.entry("syn_area_missing/bbox", "gt.json.gz: annotations[0] has no area"),
            Map.entry("syn_area_missing/segm", "gt.json.gz: annotations[0] has no area"),
            Map.entry("syn_area_missing/segm_nobbox", "gt.json.gz: annotations[0] has no area"),
            Map.entry("syn_iscrowd_missing/bbox", "gt.json.gz: annotations[0] has no iscrowd"),
            Map.entry("syn_iscrowd_missing/segm", "gt.json.gz: annotations[0] has no iscrowd"),
            Map.entry("syn_iscrowd_missing/segm_nobbox", "gt.json.gz: annotations[0] has no iscrowd"),
            Map.entry("syn_poly_4_numbers/segm", FOUR_NUMBERS),
            Map.entry("syn_poly_4_numbers/segm_nobbox", FOUR_NUMBERS),
            Map.entry("syn_poly_empty_list/segm", NO_RINGS),
            Map.entry("syn_poly_empty_list/segm_nobbox", NO_RINGS),
            Map.entry(
                    "syn_rle_short_counts_HANGS/segm",
                    "[0] (image 1): runs cover 60 px," + " but the image is 10 x 10 (height x width) = 100 px"),
            Map.entry("syn_unknown_image/bbox", UNLISTED),
            Map.entry("syn_unknown_image/segm", UNLISTED),
            Map.entry("syn_unknown_image/segm_nobbox", UNLISTED));

    private static final String NOT_A_NUMBER = "[0] (image 1): its score is NaN, which has no rank";
    private static final String REPEATED = "annotations[1] has the id 1, which an earlier entry has too";

    /** Cases that pycocotools takes in its own way, and we only with {@code --compat pycocotools}. */
    private static final Map<String, String> REFUSED_UNLESS_COMPATIBLE = Map.of(
            "syn_nan_inf_score/bbox", NOT_A_NUMBER,
            "syn_nan_inf_score/segm", NOT_A_NUMBER,
            "syn_nan_inf_score/segm_nobbox", NOT_A_NUMBER,
            "syn_dup_gt_ids/bbox", REPEATED,
            "syn_dup_gt_ids/segm", REPEATED,
            "syn_dup_gt_ids/segm_nobbox", REPEATED);

    static Stream<GoldenCase> casesPycocotoolsGetsRight() {
        return GoldenCase.all()
                .filter(golden -> !RIGHT_ANSWERS.containsKey(golden.name())
                        && !REFUSALS.containsKey(golden.name())
                        && !REFUSED_UNLESS_COMPATIBLE.containsKey(golden.name()));
    }

    static Stream<GoldenCase> casesPycocotoolsComputes() {
        return GoldenCase.all().filter(golden -> golden.expected().has("stats"));
    }

    static Stream<GoldenCase> casesRefusedUnlessCompatible() {
        return GoldenCase.all().filter(golden -> REFUSED_UNLESS_COMPATIBLE.containsKey(golden.name()));
    }

    static Stream<GoldenCase> casesOnlyWeGetRight() {
        return GoldenCase.all().filter(golden -> RIGHT_ANSWERS.containsKey(golden.name()));
    }

    static Stream<GoldenCase> casesWeRefuse() {
        return GoldenCase.all().filter(golden -> REFUSALS.containsKey(golden.name()));
    }

    @Test
    void everyExceptionNamesACaseThatExists() {
        assertThat(casesOnlyWeGetRight()).hasSize(RIGHT_ANSWERS.size());
        assertThat(casesWeRefuse()).hasSize(REFUSALS.size());
        assertThat(casesPycocotoolsGetsRight()).hasSize(62);
    }

    @ParameterizedTest
    @MethodSource("casesPycocotoolsGetsRight")
    void statsAndCurvesEqualThoseOfPycocotools(GoldenCase golden) throws IOException {
        assertStatsAndCurves(golden, golden.evaluate(Compat.NONE));
    }

    @ParameterizedTest
    @MethodSource("casesPycocotoolsComputes")
    void statsAndCurvesAreThoseOfPycocotoolsEvenWhereItIsWrongIfAskedFor(GoldenCase golden) throws IOException {
        assertStatsAndCurves(golden, golden.evaluate(Compat.PYCOCOTOOLS));
    }

    /** Computed by the released Boundary IoU code. */
    @Test
    void boundaryStatsAreThoseOfTheReleasedCode() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(g -> g.name().equals("fuzz_cont/segm_nobbox"))
                .findFirst()
                .orElseThrow();
        double[] expected = {
            0.004853879611013574, 0.020928454197143898, 0.0003784213007766942, 0.003800199123580503,
            0.013656776315677107, -1.0, 0.010777400703871292, 0.031019356460532933,
            0.031019356460532933, 0.023764521509086724, 0.04364137700534759, -1.0
        };

        EvaluationResult result = boundary(golden);

        int i = 0;
        for (Metric metric : Metric.values()) {
            assertThat(result.metric(metric)).isCloseTo(expected[i++], within(1e-12));
        }
    }

    private static EvaluationResult boundary(GoldenCase golden) throws IOException {
        GroundTruth truth = golden.truth();
        return CocoEvaluation.evaluate(
                truth, golden.detections(truth).iterator(), IouType.BOUNDARY, DetectionArea.COMPARED);
    }

    /** {@code ./mvnw test -pl model -am -Dtest=CocoEvaluationTest -Dmnc.golden.coco=FOLDER}: a folder a case. */
    @Test
    @EnabledIfSystemProperty(named = "mnc.golden.coco", matches = ".+")
    void statsAndCurvesOfTheCasesInAFolderAreThoseOfPycocotools() throws IOException {
        int computed = 0;
        List<GoldenCase> cases =
                GoldenCase.below(Path.of(System.getProperty("mnc.golden.coco"))).toList();
        for (GoldenCase golden : cases) {
            if (golden.expected().has("stats")) {
                assertStatsAndCurves(golden, golden.evaluate(Compat.PYCOCOTOOLS));
                computed++;
            }
            JsonNode boundary = golden.extra().get("boundary_stats");
            if (boundary != null) {
                assertStats(boundary(golden), boundary);
            }
        }
        System.out.println(
                computed + " variants of " + cases.size() + " equal those of pycocotools, which refuses the others");
        assertThat(computed).isPositive();
    }

    private static void assertStatsAndCurves(GoldenCase golden, EvaluationResult result) {
        assertStats(result, golden.expected().get("stats"));
        JsonNode categories = golden.expected().get("per_category");
        assertThat(result.categories()).hasSameSizeAs(categories);
        for (int k = 0; k < result.categories().size(); k++) {
            CategoryResult category = result.categories().get(k);
            assertCurves(category, categories.get(Long.toString(category.categoryId())));
            if (golden.expected().has("recall_TxKxAxM")) {
                assertRecalls(category, k, golden.expected().get("recall_TxKxAxM"));
            }
        }
    }

    private static void assertStats(EvaluationResult result, JsonNode stats) {
        int i = 0;
        for (Metric metric : Metric.values()) {
            assertThat(result.metric(metric))
                    .as(metric.name())
                    .isCloseTo(stats.get(i++).asDouble(), within(1e-12));
        }
    }

    private static void assertCurves(CategoryResult category, JsonNode expected) {
        assertThat(category.metrics().get(Metric.AP))
                .isCloseTo(expected.get("AP").asDouble(), within(1e-12));
        assertThat(category.metrics().get(Metric.AP50))
                .isCloseTo(expected.get("AP50").asDouble(), within(1e-12));
        int area = 0;
        for (Metric metric : List.of(Metric.AP, Metric.APs, Metric.APm, Metric.APl)) {
            assertThat(category.metrics().get(metric))
                    .isCloseTo(expected.get("AP_by_area").get(area++).asDouble(), within(1e-12));
        }
        for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
            assertThat(category.recall(AreaRange.ALL, Limit.HUNDRED, t))
                    .isEqualTo(expected.get("AR100_by_iou").get(t).asDouble());
            if (expected.has("precision_T10xR101_all_100")) {
                int threshold = t;
                assertThat(curve(r -> category.precision(AreaRange.ALL, threshold, r)))
                        .isEqualTo(numbers(
                                expected.get("precision_T10xR101_all_100").get(t)));
                assertThat(curve(r -> category.score(AreaRange.ALL, threshold, r)))
                        .isEqualTo(
                                numbers(expected.get("scores_T10xR101_all_100").get(t)));
            }
        }
    }

    private static double[] curve(IntToDoubleFunction values) {
        return IntStream.range(0, CocoProtocol.RECALLS).mapToDouble(values).toArray();
    }

    private static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static void assertRecalls(CategoryResult category, int k, JsonNode expected) {
        for (int t = 0; t < CocoProtocol.IOU_THRESHOLDS; t++) {
            for (AreaRange area : AreaRange.values()) {
                for (Limit limit : Limit.values()) {
                    assertThat(category.recall(area, limit, t))
                            .isEqualTo(expected.get(t)
                                    .get(k)
                                    .get(area.index())
                                    .get(limit.index())
                                    .asDouble());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("casesOnlyWeGetRight")
    void whatPycocotoolsGetsWrongOrCannotComputeIsRight(GoldenCase golden) throws IOException {
        assertThat(golden.evaluate(Compat.NONE).metric(Metric.AP))
                .isCloseTo(RIGHT_ANSWERS.get(golden.name()), within(1e-12));
        JsonNode stats = golden.expected().get("stats");
        assertThat(stats == null || stats.get(0).asDouble() < 0.9).isTrue();
    }

    @ParameterizedTest
    @MethodSource("casesWeRefuse")
    void inputThatHasNoMeaningIsRefusedByName(GoldenCase golden) {
        assertThatThrownBy(() -> golden.evaluate(Compat.NONE))
                .isInstanceOf(RuntimeException.class)
                .message()
                .endsWith(REFUSALS.get(golden.name()));
        assertThat(golden.expected().has("raises")).isTrue();
    }

    static Stream<GoldenCase> casesWithoutBoxes() {
        return casesPycocotoolsGetsRight().filter(golden -> golden.variant().equals("segm_nobbox"));
    }

    @ParameterizedTest
    @MethodSource("casesWithoutBoxes")
    void areaOfTheMaskIsTheDefaultWhateverBoxTheFileGives(GoldenCase golden) throws IOException {
        GoldenCase withBoxes = new GoldenCase(golden.folder(), "segm", golden.expected());
        GroundTruth truth = withBoxes.truth();

        EvaluationResult result = CocoEvaluation.evaluate(
                truth, withBoxes.detections(truth).iterator(), IouType.SEGM, DetectionArea.COMPARED);

        assertStats(result, golden.expected().get("stats"));
    }

    @ParameterizedTest
    @MethodSource("casesRefusedUnlessCompatible")
    void inputThatPycocotoolsTakesInItsOwnWayIsRefusedByNameUnlessAskedFor(GoldenCase golden) {
        assertThatThrownBy(() -> golden.evaluate(Compat.NONE)).hasMessage(REFUSED_UNLESS_COMPATIBLE.get(golden.name()));
    }

    @ParameterizedTest
    @MethodSource("casesPycocotoolsGetsRight")
    void orderOfTheDetectionsInMemoryDoesNotMatter(GoldenCase golden) throws IOException {
        GroundTruth truth = golden.truth();
        List<Detection> detections = golden.detections(truth);
        DetectionArea area = DetectionArea.asPycocotools(List.of(DetectionColumns.of(detections)));
        Map<Metric, Double> metrics = CocoEvaluation.evaluate(truth, detections.iterator(), golden.type(), area)
                .metrics();
        List<Detection> shuffled = new ArrayList<>(detections);
        Collections.shuffle(shuffled, new Random(7));

        assertThat(CocoEvaluation.evaluate(truth, shuffled.iterator(), golden.type(), area)
                        .metrics())
                .isEqualTo(metrics);
    }

    @Test
    void categoriesOnlyTheDetectionsKnowAreReportedApart() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(g -> g.name().equals("syn_cat_only_dt/bbox"))
                .findFirst()
                .orElseThrow();

        Outcome outcome = golden.outcome(Compat.NONE);

        assertThat(outcome.results().get(0).categories())
                .extracting(CategoryResult::categoryId)
                .containsExactly(1L, 2L);
        assertThat(outcome.unlisted()).containsExactly(Map.entry(99L, 1L));
    }

    @Test
    void tableIsTheOneOfPycocotools() throws IOException {
        GoldenCase golden = GoldenCase.all()
                .filter(g -> g.name().equals("fuzz_cont/segm"))
                .findFirst()
                .orElseThrow();

        assertThat(golden.evaluate(Compat.NONE).table().lines())
                .startsWith(
                        " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.114",
                        " Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.288")
                .endsWith(" Average Recall     (AR) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] = -1.000")
                .hasSize(12);
    }
}
