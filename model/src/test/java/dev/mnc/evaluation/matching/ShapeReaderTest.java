package dev.mnc.evaluation.matching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.evaluation.shapes.Shapes;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.geometry.Polygon;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ShapeReaderTest {

    private static final Image IMAGE = new Image(1, "1.jpg", 20, 30);

    /** 4 x 5 px, and as a mask 4 x 5 px elsewhere but for one of them. */
    private static final Box BOX = new Box(2, 3, 4, 5);

    private static final Box MASK_BOX = new Box(10, 8, 5, 4);
    private static final Mask MASK = withoutFirstPixel(Polygon.ofBox(MASK_BOX).toMask(20, 30));

    private final Shapes shapes = new Shapes(Compat.NONE);
    private FaultLog faults = new FaultLog();

    @BeforeEach
    void forget() {
        shapes.clear();
        faults = new FaultLog();
    }

    private static Mask withoutFirstPixel(Mask mask) {
        int[] runs = new int[mask.runCount()];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = mask.run(i);
        }
        runs[0]++;
        runs[1]--;
        return Mask.ofRuns(mask.height(), mask.width(), runs);
    }

    private ShapeReader reader(IouType type, DetectionArea area, Compat compat, Image image) {
        ShapeReader reader = new ShapeReader(type, area, compat);
        reader.start(image, faults);
        return reader;
    }

    private ShapeReader reader(IouType type, DetectionArea area) {
        return reader(type, area, Compat.NONE, IMAGE);
    }

    private static DetectionColumns detection(@Nullable Box box, @Nullable Segmentation segmentation) {
        return DetectionColumns.of(List.of(new Detection(6, 1, 1, 0.5, box, segmentation)));
    }

    private static Annotation object(@Nullable Box box, @Nullable Segmentation segmentation) {
        return new Annotation(8, 1, 1, box, 99, false, segmentation);
    }

    /** Requires that the only shape has this tight box and, if it is a mask, {@code pixels} pixels. */
    private void assertShape(Box box, long pixels) {
        assertThat(shapes.count()).isEqualTo(1);
        assertThat(new Box(shapes.box(0, 0), shapes.box(0, 1), shapes.box(0, 2), shapes.box(0, 3)))
                .isEqualTo(box);
        if (pixels > 0) {
            assertThat(shapes.pixels(0)).isEqualTo(pixels);
        }
    }

    private void assertFault(Reason reason, long order, String message) {
        assertThat(shapes.count()).isZero();
        assertThat(faults.first()).isEqualTo(new Fault(reason, order, message));
        assertThat(faults.counts()).hasSize(1).containsEntry(reason.label(), 1L);
    }

    @ParameterizedTest
    @CsvSource({
        "BBOX, COMPARED, 20", "BBOX, BOX, 20", "BBOX, MASK, 19",
        "SEGM, COMPARED, 19", "SEGM, BOX, 20", "SEGM, MASK, 19",
        "BOUNDARY, COMPARED, 19", "BOUNDARY, BOX, 20", "BOUNDARY, MASK, 19"
    })
    void areaOfADetectionIsThatOfWhatTheRulesName(IouType type, DetectionArea area, double expected) {
        for (Segmentation segmentation : List.of(Segmentation.ofMask(MASK), new Segmentation.Runs(MASK))) {
            shapes.clear();
            ShapeReader reader = reader(type, area);

            assertThat(reader.read(detection(BOX, segmentation), 0, shapes)).isTrue();

            assertThat(reader.area()).isEqualTo(expected);
            if (type == IouType.BBOX) {
                assertShape(BOX, 0);
            } else {
                assertShape(MASK_BOX, 19);
            }
            assertThat(faults.first()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DetectionArea.class,
            names = {"COMPARED", "MASK"})
    void boxOfADetectionWithoutOneIsThatOfItsMask(DetectionArea area) {
        ShapeReader reader = reader(IouType.BBOX, area);

        assertThat(reader.read(detection(null, Segmentation.ofMask(MASK)), 0, shapes))
                .isTrue();

        assertShape(MASK_BOX, 0);
        assertThat(reader.area()).isEqualTo(19);
    }

    @Test
    void boxOfTheNextDetectionWithoutOneIsItsOwn() {
        ShapeReader reader = reader(IouType.BBOX, DetectionArea.MASK);
        assertThat(reader.read(detection(null, Segmentation.ofMask(MASK)), 0, shapes))
                .isTrue();
        shapes.clear();

        assertThat(reader.read(detection(null, Segmentation.ofMask(Mask.ofRuns(20, 30, 0, 600))), 0, shapes))
                .isTrue();

        assertShape(new Box(0, 0, 30, 20), 0);
        assertThat(reader.area()).isEqualTo(600);
    }

    @ParameterizedTest
    @EnumSource(
            value = IouType.class,
            names = {"SEGM", "BOUNDARY"})
    void maskOfADetectionWithoutOneIsItsBox(IouType type) {
        ShapeReader reader = reader(type, DetectionArea.COMPARED);

        assertThat(reader.read(detection(BOX, null), 0, shapes)).isTrue();

        assertShape(BOX, 20);
        assertThat(reader.area()).isEqualTo(20);
    }

    @Test
    void boundariesAreComparedOnlyWhereTheyAreAskedFor() {
        Segmentation large = Segmentation.ofMask(Mask.ofRuns(20, 30, 0, 600));
        Segmentation hole = Segmentation.ofMask(Mask.ofRuns(20, 30, 0, 210, 1, 389));
        Shapes others = new Shapes(Compat.NONE);
        for (IouType type : List.of(IouType.SEGM, IouType.BOUNDARY)) {
            shapes.clear();
            others.clear();
            ShapeReader reader = reader(type, DetectionArea.COMPARED);
            assertThat(reader.read(detection(null, large), 0, shapes)).isTrue();
            assertThat(reader.read(object(null, hole), others)).isTrue();
            double iou = shapes.iou(0, others, 0, Overlap.OBJECT);
            if (type == IouType.SEGM) {
                assertThat(iou).isEqualTo(599.0 / 600.0);
            } else {
                assertThat(iou).isLessThan(599.0 / 600.0);
            }
            assertThat(reader.read(object(null, large), others)).isTrue();
            assertThat(shapes.iou(0, others, 1, Overlap.OBJECT)).isEqualTo(1);
        }
    }

    @Test
    void scoreThatIsNotANumberIsAFaultUnlessPycocotoolsIsFollowed() {
        DetectionColumns columns = DetectionColumns.of(List.of(new Detection(6, 1, 1, Double.NaN, BOX, null)));

        assertThat(reader(IouType.BBOX, DetectionArea.COMPARED).read(columns, 0, shapes))
                .isFalse();
        assertFault(Reason.NAN_SCORE, 6, "[6] (image 1): its score is NaN, which has no rank");
        assertThat(reader(IouType.BBOX, DetectionArea.COMPARED, Compat.PYCOCOTOOLS, IMAGE)
                        .read(columns, 0, shapes))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void detectionWithoutBoxIsAFaultWhereTheBoxDecidesAboutItsSize(IouType type) {
        DetectionColumns columns = detection(null, Segmentation.ofMask(MASK));

        assertThat(reader(type, DetectionArea.BOX).read(columns, 0, shapes)).isFalse();

        assertFault(Reason.DETECTION_LACKS, 6, "[6] (image 1): has no bbox, which decides about its size");
    }

    @ParameterizedTest
    @EnumSource
    void detectionWithNothingIsAFault(IouType type) {
        assertThat(reader(type, DetectionArea.MASK).read(detection(null, null), 0, shapes))
                .isFalse();

        assertFault(Reason.DETECTION_LACKS, 6, "[6] (image 1): has neither segmentation nor bbox");
    }

    @ParameterizedTest
    @CsvSource({"19, 30", "20, 31"})
    void maskOfAnotherSizeThanItsImageIsAFaultUnlessPycocotoolsIsFollowed(int height, int width) {
        Segmentation other = Segmentation.ofMask(Mask.ofRuns(height, width, 0, height * width));
        String sizes = "its mask is " + height + " x " + width + " px (height x width), but the image is 20 x 30";
        ShapeReader strict = reader(IouType.SEGM, DetectionArea.COMPARED);

        assertThat(strict.read(detection(null, other), 0, shapes)).isFalse();
        assertFault(Reason.DETECTION_SIZE, 6, "[6] (image 1): " + sizes);

        forget();
        strict.start(IMAGE, faults);
        assertThat(strict.read(object(null, other), shapes)).isFalse();
        assertFault(Reason.ANNOTATION_SIZE, 8, "annotation 8 (image 1): " + sizes);

        ShapeReader compatible = reader(IouType.SEGM, DetectionArea.COMPARED, Compat.PYCOCOTOOLS, IMAGE);
        assertThat(compatible.read(detection(null, other), 0, shapes)).isTrue();
        assertThat(compatible.read(object(null, other), shapes)).isTrue();
        assertThat(shapes.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, 30", "20, 0", "0, 0"})
    void maskOfAnImageOfUnknownSizeMayHaveAnySize(int height, int width) {
        Segmentation mask = Segmentation.ofMask(Mask.ofRuns(7, 9, 0, 63));
        ShapeReader reader =
                reader(IouType.SEGM, DetectionArea.COMPARED, Compat.NONE, new Image(1, "1.jpg", height, width));

        assertThat(reader.read(detection(null, mask), 0, shapes)).isTrue();
        assertThat(reader.read(object(null, mask), shapes)).isTrue();
        assertThat(faults.first()).isNull();
    }

    @Test
    void malformedMasksAreFaultsWithTheirReason() {
        Segmentation malformed = Segmentation.ofRings(new double[] {1, 2, 3, 4});
        String why = "ring 0 of the polygon has 4 numbers; it takes an even number of them, at least 6";
        ShapeReader reader = reader(IouType.SEGM, DetectionArea.COMPARED);

        assertThat(reader.read(detection(null, malformed), 0, shapes)).isFalse();
        assertFault(Reason.DETECTION_MASK, 6, "[6] (image 1): " + why);

        forget();
        reader.start(IMAGE, faults);
        assertThat(reader.read(object(BOX, malformed), shapes)).isFalse();
        assertFault(Reason.ANNOTATION_MASK, 8, "annotation 8 (image 1): " + why);

        forget();
        reader.start(IMAGE, faults);
        Segmentation brokenText = new Segmentation.Compressed(20, 30, "f0f");
        assertThat(reader.read(detection(BOX, brokenText), 0, shapes)).isFalse();
        assertFault(Reason.DETECTION_MASK, 6, "[6] (image 1): run-length text ends inside count 1");
    }

    @Test
    void objectsWithoutWhatIsComparedAreFaults() {
        ShapeReader boxes = reader(IouType.BBOX, DetectionArea.COMPARED);
        assertThat(boxes.read(object(null, Segmentation.ofMask(MASK)), shapes)).isFalse();
        assertFault(Reason.ANNOTATION_LACKS, 8, "annotation 8 (image 1): has no bbox");
        assertThat(boxes.read(object(BOX, null), shapes)).isTrue();
        assertShape(BOX, 0);

        forget();
        ShapeReader masks = reader(IouType.SEGM, DetectionArea.COMPARED);
        assertThat(masks.read(object(BOX, null), shapes)).isFalse();
        assertFault(Reason.ANNOTATION_LACKS, 8, "annotation 8 (image 1): has no segmentation");
        assertThat(masks.read(object(null, Segmentation.ofMask(MASK)), shapes)).isTrue();
        assertShape(MASK_BOX, 19);
    }

    @Test
    void logOfTheImageIsTheOneThatIsTold() {
        ShapeReader reader = reader(IouType.BBOX, DetectionArea.COMPARED);
        FaultLog later = new FaultLog();
        reader.start(new Image(2, "2.jpg", 5, 5), later);

        assertThat(reader.read(object(null, null), shapes)).isFalse();

        assertThat(faults.first()).isNull();
        assertThat(requireNonNull(later.first()).message()).isEqualTo("annotation 8 (image 2): has no bbox");
    }
}
