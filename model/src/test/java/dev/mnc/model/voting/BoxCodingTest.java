package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.model.Golden;
import java.io.IOException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BoxCodingTest {

    private static final Offset<Float> CLOSE = within(1e-4f);

    @Test
    void theStageBridgeDecodesTheChosenClassAndClips() throws IOException {
        Golden golden = Golden.read("stage_bridge.json");
        float[] rois = golden.floats("rois");
        float[] deltas = golden.floats("deltas");
        int[] classes = golden.integers("argmax");
        float[] chosen = new float[rois.length];
        for (int i = 0; i < classes.length; i++) {
            System.arraycopy(deltas, i * 16 + classes[i] * 4, chosen, i * 4, 4);
        }
        float[] decoded = BoxCoding.decode(rois, chosen);
        BoxCoding.clip(decoded, golden.floats("im_info")[0], golden.floats("im_info")[1]);
        assertThat(decoded).containsExactly(golden.floats("rois_ext"), CLOSE);
    }

    @Test
    void encodingIsThatOfTheReleasedCode() throws IOException {
        Golden golden = Golden.read("stage_bridge.json");
        assertThat(BoxCoding.encode(golden.floats("rois"), golden.floats("encode_gt")))
                .containsExactly(golden.floats("encode"), CLOSE);
    }

    @Test
    void decodingAnEncodedTargetGivesItsFarCornerOnePixelFurther() {
        float[] boxes = {10, 12, 60, 70};
        float[] target = {12, 10, 66, 75};
        assertThat(BoxCoding.decode(boxes, BoxCoding.encode(boxes, target)))
                .containsExactly(new float[] {12, 10, 67, 76}, CLOSE);
    }

    @Test
    void clippingKeepsCornersOnTheLastPixel() {
        float[] boxes = {-3, 5, 200, 99.5f, 10, 150, 20, Float.POSITIVE_INFINITY};
        BoxCoding.clip(boxes, 100, 120);
        assertThat(boxes).containsExactly(0, 5, 119, 99, 10, 99, 20, 99);
    }

    @Test
    void overlapCountsBothCornersAsPixels() {
        float[] a = {0, 0, 9, 9, 0, 0, 0, 0};
        float[] b = {0, 0, 9, 9, 5, 0, 14, 9, 10, 0, 19, 9};
        assertThat(BoxCoding.iou(a, b)).containsExactly(1, 50f / 150f, 0, 1f / 100f, 0, 0);
    }

    @Test
    void boxWithoutWidthOrHeightOverlapsNothingNotEvenItself() {
        float[] boxes = {3, 0, 2, 9, 0, 3, 9, 2};
        assertThat(BoxCoding.iou(boxes, boxes)).containsExactly(0, 0, 0, 0);
        assertThat(BoxCoding.iou(boxes, new float[] {0, 0, 9, 9})).containsExactly(0, 0);
    }

    @Test
    void arraysOfDifferentLengthAreRefused() {
        assertThatThrownBy(() -> BoxCoding.encode(new float[4], new float[8]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("both arrays must be [n, 4] with the same n, got 4 and 8 numbers");
        assertThatThrownBy(() -> BoxCoding.encode(new float[6], new float[6]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("both arrays must be [n, 4] with the same n, got 6 and 6 numbers");
        assertThatThrownBy(() -> BoxCoding.decode(new float[8], new float[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("both arrays must be [n, 4] with the same n, got 8 and 4 numbers");
    }
}
