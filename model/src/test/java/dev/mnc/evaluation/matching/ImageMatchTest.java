package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.CocoEvaluation;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Polygon;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageMatchTest {

    private static final Image IMAGE = new Image(1, "1.jpg", 100, 100);
    private static final Box BOX = new Box(10, 10, 20, 20);
    private static final long EVERY = (1L << 40) - 1;

    @Test
    void onlyTheBestHundredDetectionsAreConsideredEarlierOnesFirstAmongEquals() {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            detections.add(new Detection(i, 1, 1, i < 101 ? 0.5 : 0.25, i == 99 ? BOX : new Box(60, 60, 5, 5), null));
        }

        ImageMatch match = match(IouType.BBOX, truth(object(1, BOX)), detections);

        assertThat(match.end(0)).isEqualTo(100);
        assertThat(IntStream.range(0, 100).filter(rank -> match.matched(rank) != 0))
                .containsExactly(99);
    }

    @Test
    void maskOfAnotherSizeIsAFaultAndWithPycocotoolsMatchesNothing() {
        Detection other = new Detection(0, 1, 1, 0.5, null, mask(BOX, 50));
        FaultLog faults = new FaultLog();

        ImageMatch strict = match(IouType.SEGM, truth(object(1, BOX)), List.of(other), Compat.NONE, faults);
        ImageMatch compatible =
                match(IouType.SEGM, truth(object(1, BOX)), List.of(other), Compat.PYCOCOTOOLS, new FaultLog());

        assertThat(strict.end(0)).isZero();
        assertThat(faults.counts()).containsExactly(Map.entry("detections.mask_of_another_size", 1L));
        assertThat(requireNonNull(faults.first()).message())
                .isEqualTo("[0] (image 1): its mask is 50 x 100 px (height x width), but the image is 100 x 100");
        assertThat(compatible.end(0)).isEqualTo(1);
        assertThat(compatible.matched(0)).isZero();
    }

    @Test
    void ofObjectsThatOverlapEquallyTheLastIsTaken() {
        GroundTruth truth = truth(object(1, BOX), object(2, BOX), object(3, new Box(12, 10, 20, 20)));
        List<Detection> detections = List.of(
                new Detection(0, 1, 1, 0.9, BOX, null),
                new Detection(1, 1, 1, 0.8, BOX, null),
                new Detection(2, 1, 1, 0.7, BOX, null));

        ImageMatch match = match(IouType.BBOX, truth, detections);

        assertThat(match.matched(0) & bit(AreaRange.ALL, 9)).isNotZero();
        assertThat(match.matched(1) & bit(AreaRange.ALL, 9)).isNotZero();
        assertThat(match.matched(2) & bit(AreaRange.ALL, 9)).isZero();
        assertThat(match.matched(2) & bit(AreaRange.ALL, 6)).isNotZero();
    }

    @Test
    void crowdTakesAnyNumberOfDetectionsAndNoneOfThemCounts() {
        Annotation crowd = new Annotation(1, 1, 1, new Box(0, 0, 50, 50), 2500, true, null);
        List<Detection> detections =
                List.of(new Detection(0, 1, 1, 0.9, BOX, null), new Detection(1, 1, 1, 0.8, BOX, null));

        ImageMatch match = match(IouType.BBOX, truth(crowd), detections);

        assertThat(match.matched(0)).isEqualTo(EVERY);
        assertThat(match.ignored(0)).isEqualTo(EVERY);
        assertThat(match.ignored(1)).isEqualTo(EVERY);
    }

    @Test
    void unmatchedDetectionIsIgnoredWhereItsOwnSizeDoesNotBelong() {
        Detection small = new Detection(0, 1, 1, 0.9, new Box(0, 0, 32, 32), null);

        ImageMatch match = match(IouType.BBOX, truth(), List.of(small));

        assertThat(match.ignored(0) & bit(AreaRange.SMALL, 0)).isZero();
        assertThat(match.ignored(0) & bit(AreaRange.MEDIUM, 0)).isZero();
        assertThat(match.ignored(0) & bit(AreaRange.LARGE, 0)).isNotZero();
    }

    @Test
    void detectionWithoutAnythingToCompareIsRefused() {
        List<Detection> empty = List.of(new Detection(4, 1, 1, 0.9, null, null));

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> CocoEvaluation.evaluate(truth(), empty.iterator(), IouType.SEGM, DetectionArea.COMPARED))
                .withMessage("[4] (image 1): has neither segmentation nor bbox");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CocoEvaluation.evaluate(truth(), empty.iterator(), IouType.SEGM, DetectionArea.BOX))
                .withMessage("[4] (image 1): has no bbox, which decides about its size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CocoEvaluation.evaluate(
                        truth(object(7, null)), empty.iterator(), IouType.BBOX, DetectionArea.COMPARED))
                .withMessage("annotation 7 (image 1): has no bbox");
    }

    private static ImageMatch match(IouType type, GroundTruth truth, List<Detection> detections) {
        FaultLog faults = new FaultLog();
        ImageMatch match = match(type, truth, detections, Compat.NONE, faults);
        assertThat(faults.first()).isNull();
        return match;
    }

    private static ImageMatch match(
            IouType type, GroundTruth truth, List<Detection> detections, Compat compat, FaultLog faults) {
        ImageMatch match = new ImageMatch(new Matching(type, DetectionArea.COMPARED, MatchRules.coco(compat)), 1);
        match.start(IMAGE, faults);
        truth.annotations().forEach(annotation -> match.addTruth(annotation, 0));
        DetectionColumns columns = DetectionColumns.of(detections);
        for (int i = 0; i < columns.count(); i++) {
            match.addDetection(columns, i, 0);
        }
        match.match();
        return match;
    }

    private static long bit(AreaRange area, int threshold) {
        return 1L << (area.index() * 10 + threshold);
    }

    private static GroundTruth truth(Annotation... annotations) {
        return new GroundTruth(List.of(IMAGE), List.of(new Category(1, "one")), List.of(annotations));
    }

    private static Annotation object(long id, @Nullable Box box) {
        return new Annotation(id, 1, 1, box, 400, false, box == null ? null : mask(box, 100));
    }

    private static Segmentation mask(Box box, int height) {
        return Segmentation.ofMask(Polygon.ofBox(box).toMask(height, 100));
    }
}
