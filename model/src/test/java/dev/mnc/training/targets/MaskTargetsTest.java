package dev.mnc.training.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.geometry.BilinearAxis;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.SoftMask;
import dev.mnc.model.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MaskTargetsTest {

    @Test
    void theTargetIsThatOfTheReleasedCode() throws IOException {
        Golden golden = Golden.read("mask_ops.json");
        assertThat(MaskTargets.target(golden.floats("ex_box"), truth(golden), 21))
                .containsExactly(golden.floats("mask_target_21"));
    }

    @Test
    void aRegionIsRoundedHalfToEvenFirst() throws IOException {
        Golden golden = Golden.read("mask_ops.json");
        float[] box = golden.floats("ex_box");
        // 15, 2, 52, 40: halves go to the even neighbour.
        float[] near = {box[0] - 0.4f, box[1] + 0.5f, box[2] + 0.5f, box[3] + 0.5f};
        assertThat(MaskTargets.target(near, truth(golden), 21)).containsExactly(golden.floats("mask_target_21"));
    }

    @Test
    void theOverlapOfAPredictionIsThatOfTheReleasedCode() throws IOException {
        Golden golden = Golden.read("mask_ops.json");
        double iou = MaskTargets.iou(golden.floats("mask21"), 21, golden.floats("ex_box"), truth(golden));
        assertThat(iou).isCloseTo(golden.json().get("iou_pred_gt").asDouble(), within(1e-10));
    }

    @Test
    void stretchingAMaskIsTheResizeOfOpenCv() throws IOException {
        Golden golden = Golden.read("mask_ops.json");
        float[] expected = golden.floats("cv2_resize_33x17");
        SoftMask mask = new SoftMask(golden.floats("mask21"), 0, 21);
        BilinearAxis across = BilinearAxis.resize(21, 17);
        BilinearAxis down = BilinearAxis.resize(21, 33);
        float[] column = new float[33];
        for (int x = 0; x < 17; x++) {
            mask.computeColumn(across, down, x, column);
            for (int y = 0; y < 33; y++) {
                assertThat(column[y]).isCloseTo(expected[y * 17 + x], within(1e-6f));
            }
        }
    }

    @Test
    void aRegionBesideTheInstanceHasAnEmptyTargetAndNoOverlap() {
        InstanceBitmap truth = new InstanceBitmap(10, 10, 2, 2, new byte[] {1, 1, 1, 1});
        float[] roi = {20, 20, 30, 30};
        assertThat(MaskTargets.target(roi, truth, 3)).containsOnly(0f);
        assertThat(MaskTargets.iou(new float[] {1, 1, 1, 1}, 2, roi, truth)).isZero();
    }

    @Test
    void aPerfectPredictionOverlapsWholly() {
        InstanceBitmap truth = new InstanceBitmap(10, 10, 2, 2, new byte[] {1, 0, 1, 1});
        assertThat(MaskTargets.iou(new float[] {1, 0, 1, 1}, 2, new float[] {10, 10, 11, 11}, truth))
                .isEqualTo(1);
        assertThat(MaskTargets.target(new float[] {10, 10, 11, 11}, truth, 2)).containsExactly(1, 0, 1, 1);
    }

    @Test
    void aMaskIsCutOutAtItsTightBox() {
        // 4 rows, 5 columns; columns 1 and 2: rows 1..3 and 0..1.
        InstanceBitmap bitmap = InstanceBitmap.of(Mask.ofRuns(4, 5, 5, 5, 10));
        assertThat(bitmap.x()).isEqualTo(1);
        assertThat(bitmap.y()).isEqualTo(0);
        assertThat(bitmap.width()).isEqualTo(2);
        assertThat(bitmap.height()).isEqualTo(4);
        assertThat(bitmap.pixels()).containsExactly(0, 1, 1, 1, 1, 0, 1, 0);
        assertThat(bitmap.area()).isEqualTo(5);
    }

    @Test
    void aMirroredInstanceLiesAsFarFromTheOtherBorder() {
        InstanceBitmap mirror = new InstanceBitmap(1, 3, 3, 2, new byte[] {1, 1, 0, 0, 1, 0}).mirrored(10);
        assertThat(mirror.x()).isEqualTo(6);
        assertThat(mirror.y()).isEqualTo(3);
        assertThat(mirror.pixels()).containsExactly(0, 1, 1, 0, 1, 0);
    }

    @Test
    void anEmptyMaskIsRefused() {
        assertThatThrownBy(() -> InstanceBitmap.of(Mask.ofRuns(4, 5, 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an instance needs a pixel for each place of its box, got 0 for 0 x 0 (width x height)");
    }

    private static InstanceBitmap truth(Golden golden) {
        int[] box = golden.integers("gt_box");
        int[] flat = golden.integers("gt_mask");
        byte[] pixels = new byte[flat.length];
        for (int i = 0; i < flat.length; i++) {
            pixels[i] = (byte) flat[i];
        }
        return new InstanceBitmap(box[0], box[1], box[2] - box[0] + 1, box[3] - box[1] + 1, pixels);
    }
}
