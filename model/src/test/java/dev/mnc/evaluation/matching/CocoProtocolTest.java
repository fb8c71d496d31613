package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.CocoProtocol.Limit;
import dev.mnc.geometry.Box;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CocoProtocolTest {

    /** As Python prints {@code np.linspace(.5, .95, 10)}. */
    @Test
    void overlapsAreThoseOfNumpy() {
        assertThat(IntStream.range(0, 10).mapToDouble(CocoProtocol::iouThreshold))
                .containsExactly(0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95);
    }

    /** As Python prints {@code np.linspace(0, 1, 101)[[0, 35, 100]]} and {@code 35 / 100}. */
    @Test
    void recallsAreMultiplesForCocoAndHundredthsForTide() {
        assertThat(CocoProtocol.recall(0)).isZero();
        assertThat(CocoProtocol.recall(35)).isEqualTo(0.35000000000000003);
        assertThat(CocoProtocol.recall(99)).isEqualTo(0.99);
        assertThat(CocoProtocol.recall(100)).isEqualTo(1);
        assertThat(RecallSteps.MULTIPLES.recall(35)).isEqualTo(0.35000000000000003);
        assertThat(RecallSteps.HUNDREDTHS.recall(35)).isEqualTo(0.35);
        assertThat(RecallSteps.HUNDREDTHS.recall(100)).isEqualTo(1);
    }

    @Test
    void bothEndsOfASizeRangeBelongToIt() {
        assertThat(rangesOf(0)).containsExactly("all", "small");
        assertThat(rangesOf(1024)).containsExactly("all", "small", "medium");
        assertThat(rangesOf(Math.nextUp(1024.0))).containsExactly("all", "medium");
        assertThat(rangesOf(9216)).containsExactly("all", "medium", "large");
        assertThat(rangesOf(Math.nextUp(9216.0))).containsExactly("all", "large");
        assertThat(rangesOf(1e10)).containsExactly("all", "large");
        assertThat(rangesOf(Math.nextUp(1e10))).isEmpty();
        assertThat(rangesOf(-1)).isEmpty();
        assertThat(rangesOf(Double.NaN)).containsExactly("all", "small", "medium", "large");
    }

    private static List<String> rangesOf(double area) {
        return Arrays.stream(AreaRange.values())
                .filter(range -> range.holds(area))
                .map(AreaRange::label)
                .toList();
    }

    @Test
    void rangesAndLimitsAreNumberedInTheirOrder() {
        assertThat(AreaRange.values()).extracting(AreaRange::index).containsExactly(0, 1, 2, 3);
        assertThat(AreaRange.values()).extracting(AreaRange::from).containsExactly(0.0, 0.0, 1024.0, 9216.0);
        assertThat(AreaRange.values()).extracting(AreaRange::to).containsExactly(1e10, 1024.0, 9216.0, 1e10);
        assertThat(Limit.values()).extracting(Limit::index).containsExactly(0, 1, 2);
        assertThat(Limit.values()).extracting(Limit::detections).containsExactly(1, 10, 100);
    }

    @Test
    void firstDetectionOfAFileDecidesLikePycocotoolsWhichAreaCounts() {
        DetectionColumns none = DetectionColumns.of(List.of());
        DetectionColumns boxes = columns(new Box(0, 0, 1, 1));
        DetectionColumns masks = columns(null);

        assertThat(DetectionArea.asPycocotools(List.of())).isEqualTo(DetectionArea.COMPARED);
        assertThat(DetectionArea.asPycocotools(List.of(none))).isEqualTo(DetectionArea.COMPARED);
        assertThat(DetectionArea.asPycocotools(List.of(none, boxes, masks))).isEqualTo(DetectionArea.BOX);
        assertThat(DetectionArea.asPycocotools(List.of(masks, boxes))).isEqualTo(DetectionArea.MASK);
    }

    private static DetectionColumns columns(@Nullable Box box) {
        return DetectionColumns.of(List.of(new Detection(0, 1, 1, 0.5, box, null)));
    }
}
