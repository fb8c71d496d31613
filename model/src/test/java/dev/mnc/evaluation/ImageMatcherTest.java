package dev.mnc.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Polygon;
import dev.mnc.schemas.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageMatcherTest {

    private static final Image IMAGE = new Image(1, "1.jpg", 100, 100);
    private static final Box BOX = new Box(10, 10, 20, 20);
    private static final ImageMatcher BOXES = new ImageMatcher(IouType.BBOX, DetectionArea.COMPARED);
    private static final ImageMatcher MASKS = new ImageMatcher(IouType.SEGM, DetectionArea.COMPARED);

    @Test
    void onlyTheBestHundredDetectionsAreConsideredEarlierOnesFirstAmongEquals() {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            detections.add(new Detection(i, 1, 1, i < 101 ? 0.5 : 0.25, i == 99 ? BOX : new Box(60, 60, 5, 5), null));
        }

        Cell cell = BOXES.match(IMAGE, truth(object(1, BOX)), detections).get(0);

        assertThat(cell.size()).isEqualTo(100);
        assertThat(IntStream.range(0, 100).filter(rank -> cell.matched(rank) != 0))
                .containsExactly(99);
    }

    @Test
    void maskOfAnotherSizeMatchesNothing() {
        Detection other = new Detection(0, 1, 1, 0.5, null, mask(BOX, 50));

        Cell cell = MASKS.match(IMAGE, truth(object(1, BOX)), List.of(other)).get(0);

        assertThat(cell.matched(0)).isZero();
    }

    @Test
    void ofObjectsThatOverlapEquallyTheLastIsTaken() {
        GroundTruth truth = truth(object(1, BOX), object(2, BOX), object(3, new Box(12, 10, 20, 20)));
        List<Detection> detections = List.of(
                new Detection(0, 1, 1, 0.9, BOX, null),
                new Detection(1, 1, 1, 0.8, BOX, null),
                new Detection(2, 1, 1, 0.7, BOX, null));

        Cell cell = BOXES.match(IMAGE, truth, detections).get(0);

        assertThat(cell.matched(0) & Cell.bit(AreaRange.ALL, 9)).isNotZero();
        assertThat(cell.matched(1) & Cell.bit(AreaRange.ALL, 9)).isNotZero();
        assertThat(cell.matched(2) & Cell.bit(AreaRange.ALL, 9)).isZero();
        assertThat(cell.matched(2) & Cell.bit(AreaRange.ALL, 6)).isNotZero();
    }

    @Test
    void crowdTakesAnyNumberOfDetectionsAndNoneOfThemCounts() {
        Annotation crowd = new Annotation(1, 1, 1, new Box(0, 0, 50, 50), 2500, true, null);
        List<Detection> detections =
                List.of(new Detection(0, 1, 1, 0.9, BOX, null), new Detection(1, 1, 1, 0.8, BOX, null));

        Cell cell = BOXES.match(IMAGE, truth(crowd), detections).get(0);

        assertThat(cell.matched(0)).isEqualTo((1L << 40) - 1);
        assertThat(cell.ignored(0)).isEqualTo((1L << 40) - 1);
        assertThat(cell.ignored(1)).isEqualTo((1L << 40) - 1);
    }

    @Test
    void unmatchedDetectionIsIgnoredWhereItsOwnSizeDoesNotBelong() {
        Detection small = new Detection(0, 1, 1, 0.9, new Box(0, 0, 32, 32), null);

        Cell cell = BOXES.match(IMAGE, truth(), List.of(small)).get(0);

        assertThat(cell.ignored(0) & Cell.bit(AreaRange.SMALL, 0)).isZero();
        assertThat(cell.ignored(0) & Cell.bit(AreaRange.MEDIUM, 0)).isZero();
        assertThat(cell.ignored(0) & Cell.bit(AreaRange.LARGE, 0)).isNotZero();
    }

    @Test
    void detectionWithoutAnythingToCompareIsRefused() {
        List<Detection> empty = List.of(new Detection(4, 1, 1, 0.9, null, null));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MASKS.match(IMAGE, truth(), empty))
                .withMessage("detection 4 (image 1) has neither segmentation nor bbox");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageMatcher(IouType.SEGM, DetectionArea.BOX).match(IMAGE, truth(), empty))
                .withMessage("detection 4 (image 1) has no bbox, which decides about its size");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        BOXES.match(IMAGE, truth(object(7, null)), List.of(new Detection(0, 1, 1, 0.9, BOX, null))))
                .withMessage("annotation 7 (image 1) has no bbox");
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
