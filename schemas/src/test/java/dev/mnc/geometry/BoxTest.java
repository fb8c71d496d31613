package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BoxTest {

    private static final Box TRUTH = new Box(10, 10, 20, 20);

    @Test
    void overlapIsDividedByTheUnion() {
        assertThat(new Box(20, 20, 20, 20).iou(TRUTH, Overlap.OBJECT)).isEqualTo(100.0 / 700.0);
    }

    @Test
    void overlapWithACrowdIsDividedByTheDetectionAlone() {
        assertThat(new Box(20, 20, 20, 20).iou(TRUTH, Overlap.CROWD)).isEqualTo(100.0 / 400.0);
    }

    @Test
    void boxesThatOnlyTouchDoNotOverlap() {
        assertThat(new Box(30, 10, 20, 20).iou(TRUTH, Overlap.OBJECT)).isZero();
        assertThat(new Box(10, 30, 20, 20).iou(TRUTH, Overlap.OBJECT)).isZero();
        assertThat(new Box(15, 15, 0, 5).iou(TRUTH, Overlap.OBJECT)).isZero();
    }

    @Test
    void boxWithoutPixelsOverlapsNoCrowd() {
        assertThat(new Box(15, 15, 0, 5).iou(TRUTH, Overlap.CROWD)).isZero();
        assertThat(new Box(15, 15, 5, 0).iou(TRUTH, Overlap.CROWD)).isZero();
    }

    @Test
    void inclusiveCornersCountTheLastPixel() {
        assertThat(Box.ofInclusiveCorners(3, 4, 3, 6)).isEqualTo(new Box(3, 4, 1, 3));
    }

    @Test
    void boxMustBeFiniteAndNotTurnedInsideOut() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(Double.NaN, 1, 2, 3))
                .withMessage("box origin must be finite, got (NaN, 1.0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 1, -2, 3))
                .withMessage("box extent must be finite and >= 0, got -2.0 x 3.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, Double.NEGATIVE_INFINITY, 2, 3))
                .withMessage("box origin must be finite, got (0.0, -Infinity)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 1, Double.POSITIVE_INFINITY, 3))
                .withMessage("box extent must be finite and >= 0, got Infinity x 3.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 1, 2, Double.POSITIVE_INFINITY))
                .withMessage("box extent must be finite and >= 0, got 2.0 x Infinity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 1, 2, -1))
                .withMessage("box extent must be finite and >= 0, got 2.0 x -1.0");
    }
}
