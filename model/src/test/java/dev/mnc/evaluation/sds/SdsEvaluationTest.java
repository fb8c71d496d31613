package dev.mnc.evaluation.sds;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.GoldenCase;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.sds.SdsEvaluation.Form;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Polygon;
import dev.mnc.geometry.SoftMask;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SdsEvaluationTest {

    private static final int SIDE = 60;
    private static final Box BOX = new Box(10, 10, 20, 20);
    private static final Box FAR = new Box(40, 40, 5, 5);

    /** The golden case of four images: what it holds as soft masks and boxes, made final. */
    private record Golden(GroundTruth truth, List<Detection> detections, JsonNode results) {

        static Golden read() throws IOException {
            JsonNode json = json("/mnc/voc_map_r.json");
            List<Image> images = new ArrayList<>();
            List<Annotation> annotations = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                Image image = new Image(name.charAt(0), name, SIDE, SIDE);
                images.add(image);
                for (JsonNode object : json.path("gts").path(name)) {
                    annotations.add(object(annotations.size(), image.id(), painted(object)));
                }
            }
            List<Detection> detections = new ArrayList<>();
            for (JsonNode prediction : json.get("preds")) {
                detections.add(new Detection(
                        detections.size(),
                        prediction.get("image").asText().charAt(0),
                        1,
                        prediction.get("score").asDouble(),
                        null,
                        Segmentation.ofMask(binarisedTwice(
                                prediction, (float) json.get("binarize").asDouble()))));
            }
            GroundTruth truth = new GroundTruth(images, List.of(new Category(1, "one")), annotations);
            return new Golden(truth, detections, json.get("results"));
        }

        private static Mask painted(JsonNode object) {
            int left = object.get("box").get(0).asInt();
            int top = object.get("box").get(1).asInt();
            List<Integer> runs = new ArrayList<>(List.of(0));
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                int value = object.get("mask")
                        .path(pixel % SIDE - top)
                        .path(pixel / SIDE - left)
                        .asInt(0);
                if (value != (runs.size() + 1) % 2) {
                    runs.add(0);
                }
                runs.set(runs.size() - 1, runs.get(runs.size() - 1) + 1);
            }
            return Mask.ofRuns(
                    SIDE, SIDE, runs.stream().mapToInt(Integer::intValue).toArray());
        }

        private static Mask binarisedTwice(JsonNode prediction, float threshold) {
            int size = prediction.get("mask").size();
            float[] binary = new float[size * size];
            for (int i = 0; i < binary.length; i++) {
                double soft = prediction.get("mask").get(i / size).get(i % size).asDouble();
                binary[i] = soft >= threshold ? 1 : 0;
            }
            int[] corners = new int[4];
            for (int i = 0; i < corners.length; i++) {
                corners[i] = (int) Math.rint(prediction.get("box").get(i).asDouble());
            }
            return SoftMask.paste(binary, size, corners[0], corners[1], corners[2], corners[3], SIDE, SIDE, threshold);
        }
    }

    private static JsonNode json(String resource) throws IOException {
        try (InputStream in = requireNonNull(SdsEvaluationTest.class.getResourceAsStream(resource))) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static String key(Threshold threshold) {
        return String.format(Locale.ROOT, "%.1f", threshold.overlap());
    }

    @ParameterizedTest
    @EnumSource
    void numbersAreThoseOfTheReference(Threshold threshold) throws IOException {
        Golden golden = Golden.read();

        SdsResult result =
                SdsEvaluation.evaluate(golden.truth(), golden.detections().iterator());

        JsonNode expected = golden.results().get(key(threshold));
        assertThat(result.meanAveragePrecision(threshold, Form.ELEVEN_POINT))
                .isCloseTo(expected.get("ap_11pt").asDouble(), within(1e-9));
        assertThat(result.meanAveragePrecision(threshold, Form.AREA))
                .isCloseTo(expected.get("ap_area").asDouble(), within(1e-9));
    }

    @ParameterizedTest
    @EnumSource
    void everyPredictionMeetsTheFateOfTheReference(Threshold threshold) throws IOException {
        Golden golden = Golden.read();
        JsonNode trace = golden.results().get(key(threshold)).get("trace");

        for (Image image : golden.truth().images()) {
            List<Detection> found = golden.detections().stream()
                    .filter(detection -> detection.imageId() == image.id())
                    .toList();
            SdsCell cell = new SdsMatcher()
                    .match(image, golden.truth().annotationsOf(image.id()), found, new FaultLog())
                    .cells()
                    .get(0);
            for (int rank = 0; rank < found.size(); rank++) {
                // The file lists predictions by falling score, so that trace, ordinal and rank agree.
                JsonNode fate = trace.get((int) found.get(rank).ordinal());
                assertThat((cell.matched(rank) & threshold.bit()) != 0)
                        .isEqualTo(fate.get("tp").asInt() == 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersOfRandomScenesWithCrowdsAreThoseOfTheReference(Threshold threshold) throws IOException {
        GoldenCase golden = fuzz();
        GroundTruth truth = golden.truth();
        JsonNode expected = json("/coco/fuzz_cont/expected_voc.json").get(key(threshold));

        SdsResult result =
                SdsEvaluation.evaluate(truth, golden.detections(truth).iterator());

        for (Form form : Form.values()) {
            JsonNode numbers = expected.get(form.label());
            assertThat(result.meanAveragePrecision(threshold, form))
                    .isCloseTo(numbers.get("mean").asDouble(), within(1e-12));
            assertThat(result.categories()).hasSize(numbers.get("per_class").size());
            for (SdsCategory category : result.categories()) {
                String id = Long.toString(category.categoryId());
                assertThat(category.averagePrecision(threshold, form))
                        .isCloseTo(numbers.get("per_class").get(id).asDouble(), within(1e-12));
            }
        }
    }

    private static GoldenCase fuzz() {
        return GoldenCase.all()
                .filter(golden -> golden.name().equals("fuzz_cont/segm"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void orderOfTheDetectionsInMemoryDoesNotMatter() throws IOException {
        GroundTruth truth = fuzz().truth();
        List<Detection> detections = fuzz().detections(truth);
        SdsResult result = SdsEvaluation.evaluate(truth, detections.iterator());
        Collections.shuffle(detections, new Random(7));

        assertThat(SdsEvaluation.evaluate(truth, detections.iterator())).isEqualTo(result);
    }

    @Test
    void secondDetectionOfAnObjectIsAFalseAlarm() {
        // The second overlaps a free object by 0.82 as well, but its best one is taken.
        Box moved = new Box(12, 10, 20, 20);
        GroundTruth truth = truth(object(0, 1, mask(BOX)), object(1, 1, mask(moved)));

        SdsCell cell = match(truth, detection(0, 0.9, BOX), detection(1, 0.8, BOX), detection(2, 0.7, moved));

        assertThat(matches(cell)).containsExactly(true, false, true);
        SdsResult result = SdsEvaluation.evaluate(
                truth,
                List.of(detection(0, 0.9, BOX), detection(1, 0.8, BOX), detection(2, 0.7, moved))
                        .iterator());
        assertThat(result.meanAveragePrecision(Threshold.HALF, Form.AREA)).isCloseTo(5 / 6.0, within(1e-12));
        assertThat(result.meanAveragePrecision(Threshold.HALF, Form.ELEVEN_POINT))
                .isCloseTo((6 + 5 * 2 / 3.0) / 11, within(1e-12));
    }

    @Test
    void ofObjectsThatOverlapEquallyTheFirstIsTheOnlyChoice() {
        GroundTruth truth = truth(object(0, 1, mask(BOX)), object(1, 1, mask(BOX)));

        SdsCell cell = match(truth, detection(0, 0.9, BOX), detection(1, 0.8, BOX));

        assertThat(matches(cell)).containsExactly(true, false);
    }

    @Test
    void overlapOfExactlyTheThresholdIsEnough() {
        GroundTruth truth = truth(object(0, 1, mask(new Box(0, 0, 10, 10))));

        SdsCell half = match(truth, detection(0, 0.9, new Box(0, 0, 10, 5)));
        SdsCell sevenTenths = match(truth, detection(0, 0.9, new Box(0, 0, 10, 7)));

        assertThat(half.matched(0)).isEqualTo(Threshold.HALF.bit());
        assertThat(sevenTenths.matched(0)).isEqualTo(Threshold.HALF.bit() | Threshold.SEVEN_TENTHS.bit());
    }

    @Test
    void crowdIsNothingToBeFoundAndExcusesNothing() {
        Annotation crowd = new Annotation(1, 1, 1, null, 400, true, Segmentation.ofMask(mask(FAR)));
        GroundTruth truth = truth(object(0, 1, mask(BOX)), crowd);

        SdsCategory category = evaluate(truth, detection(0, 0.9, FAR), detection(1, 0.8, BOX))
                .categories()
                .get(0);

        assertThat(category.positives()).isEqualTo(1);
        assertThat(category.averagePrecision(Threshold.HALF, Form.AREA)).isEqualTo(0.5);
        assertThat(category.averagePrecision(Threshold.HALF, Form.ELEVEN_POINT)).isEqualTo(0.5);
    }

    @Test
    void moreThanAHundredDetectionsOfAnImageCount() {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            detections.add(detection(i, 1 - i / 1000.0, i == 149 ? BOX : FAR));
        }

        SdsResult result = SdsEvaluation.evaluate(truth(object(0, 1, mask(BOX))), detections.iterator());

        assertThat(result.meanAveragePrecision(Threshold.HALF, Form.AREA)).isEqualTo(1 / 150.0);
    }

    @Test
    void threeOfTenObjectsDoNotReachTheRecallAfterTwoTenths() {
        List<Annotation> objects = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            objects.add(object(i, 1, mask(new Box(5 * i, 0, 4, 4))));
        }
        GroundTruth truth = truth(objects.toArray(Annotation[]::new));

        SdsCategory category = evaluate(
                        truth,
                        detection(0, 0.9, new Box(0, 0, 4, 4)),
                        detection(1, 0.8, new Box(5, 0, 4, 4)),
                        detection(2, 0.7, new Box(10, 0, 4, 4)))
                .categories()
                .get(0);

        assertThat(category.half().atRecalls()).containsExactly(1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        assertThat(category.half().area()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void onlyCategoriesWithGroundTruthHaveAnAverage() {
        GroundTruth truth = new GroundTruth(
                List.of(new Image(1, "1.jpg", SIDE, SIDE)),
                List.of(new Category(2, "no object"), new Category(1, "one"), new Category(3, "never found")),
                List.of(object(0, 1, mask(BOX)), object(1, 1, 3, mask(FAR))));
        List<Detection> detections = List.of(
                detection(0, 0.9, BOX),
                new Detection(1, 1, 2, 0.9, BOX, null),
                new Detection(2, 1, 99, 0.9, BOX, null));

        SdsResult result = SdsEvaluation.evaluate(truth, detections.iterator());

        assertThat(result.categories())
                .extracting(category -> category.averagePrecision(Threshold.SEVEN_TENTHS, Form.ELEVEN_POINT))
                .containsExactly(1.0, -1.0, 0.0);
        assertThat(result.categories()).extracting(SdsCategory::detections).containsExactly(1L, 1L, 0L);
        assertThat(result.unlisted()).extracting(SdsCategory::categoryId).containsExactly(99L);
        assertThat(result.meanAveragePrecision(Threshold.SEVEN_TENTHS, Form.AREA))
                .isEqualTo(0.5);
    }

    @Test
    void nothingFoundIsZeroAndNothingToBeFoundIsNoNumber() {
        SdsResult nothingFound = evaluate(truth(object(0, 1, mask(BOX))));
        SdsResult nothingThere = evaluate(truth(), detection(0, 0.9, BOX));

        for (Form form : Form.values()) {
            assertThat(nothingFound.meanAveragePrecision(Threshold.HALF, form)).isZero();
            assertThat(nothingThere.meanAveragePrecision(Threshold.HALF, form)).isEqualTo(-1);
        }
    }

    @Test
    void whatCannotBeUsedIsLeftOutAndCounted() {
        Mask other = Polygon.ofBox(BOX).toMask(SIDE + 1, SIDE);
        Annotation bare = new Annotation(3, 1, 1, BOX, 400, false, null);
        GroundTruth truth = truth(object(0, 1, mask(BOX)), object(2, 1, other), bare);
        List<Detection> detections = List.of(
                detection(0, 0.9, BOX),
                new Detection(1, 1, 1, 0.9, null, Segmentation.ofMask(other)),
                detection(2, Double.NaN, BOX),
                new Detection(3, 1, 1, 0.9, null, null),
                new Detection(4, 1, 1, 0.9, null, new Segmentation.Malformed("it is cut")),
                new Detection(5, 7, 1, 0.9, BOX, null));
        FaultLog faults = new FaultLog();

        SdsResult result = SdsEvaluation.evaluate(truth, detections.iterator(), null, faults);

        assertThat(faults.counts())
                .isEqualTo(Map.of(
                        "annotations.nothing_to_compare", 1L,
                        "annotations.mask_of_another_size", 1L,
                        "detections.mask_of_another_size", 1L,
                        "detections.score_is_nan", 1L,
                        "detections.nothing_to_compare", 1L,
                        "detections.malformed_mask", 1L,
                        "detections.unknown_image", 1L));
        assertThat(result)
                .isEqualTo(SdsEvaluation.evaluate(
                        truth(object(0, 1, mask(BOX))), detections.subList(0, 1).iterator()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SdsEvaluation.evaluate(truth, detections.iterator()))
                .withMessage(
                        "annotation 2 (image 1): its mask is 61 x 60 px (height x width), but the image is 60 x 60");
    }

    @Test
    void tableSaysWhichFormIsThePapers() throws IOException {
        Golden golden = Golden.read();

        assertThat(SdsEvaluation.evaluate(golden.truth(), golden.detections().iterator())
                        .table()
                        .lines())
                .containsExactly(
                        " mAP^r       11-point      area",
                        " IoU >= 0.5     0.758     0.750",
                        " IoU >= 0.7     0.719     0.710",
                        " Compare the 11-point form with MNC's published numbers: its code reports that.");
    }

    @Test
    void curveOfAnotherLengthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SdsCategory.Precision(List.of(1.0), 1))
                .withMessage("a curve has precision at 11 recalls, got 1");
    }

    private static SdsResult evaluate(GroundTruth truth, Detection... detections) {
        return SdsEvaluation.evaluate(truth, List.of(detections).iterator());
    }

    private static SdsCell match(GroundTruth truth, Detection... detections) {
        return new SdsMatcher()
                .match(truth.images().get(0), truth.annotations(), List.of(detections), new FaultLog())
                .cells()
                .get(0);
    }

    private static List<Boolean> matches(SdsCell cell) {
        List<Boolean> matches = new ArrayList<>();
        for (int rank = 0; rank < cell.size(); rank++) {
            matches.add(cell.matched(rank) != 0);
        }
        return matches;
    }

    private static GroundTruth truth(Annotation... annotations) {
        return new GroundTruth(
                List.of(new Image(1, "1.jpg", SIDE, SIDE)), List.of(new Category(1, "one")), List.of(annotations));
    }

    private static Annotation object(long id, long imageId, Mask mask) {
        return object(id, imageId, 1, mask);
    }

    private static Annotation object(long id, long imageId, long categoryId, Mask mask) {
        return new Annotation(id, imageId, categoryId, null, mask.area(), false, Segmentation.ofMask(mask));
    }

    private static Detection detection(long ordinal, double score, Box box) {
        return new Detection(ordinal, 1, 1, score, null, Segmentation.ofMask(mask(box)));
    }

    private static Mask mask(Box box) {
        return Polygon.ofBox(box).toMask(SIDE, SIDE);
    }
}
