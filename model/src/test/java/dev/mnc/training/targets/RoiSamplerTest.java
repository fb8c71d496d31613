package dev.mnc.training.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.model.voting.BoxCoding;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoiSamplerTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aBatchHoldsEachKindUpToItsShare(long seed) {
        Random random = new Random(seed);
        float[] truths = RpnTargetsTest.randomBoxes(random, 5, 160, 192);
        float[] rois = RpnTargetsTest.randomBoxes(random, 300, 160, 192);
        RoiSample sample = RoiSampler.sample(rois, truths, RoiSampling.PAPER, random);
        float[] all = Arrays.copyOf(rois, rois.length + truths.length);
        System.arraycopy(truths, 0, all, rois.length, truths.length);
        int foreground = 0;
        int hard = 0;
        int easy = 0;
        for (int k = 0; k < sample.candidates().length; k++) {
            int candidate = sample.candidates()[k];
            float best = best(all, candidate, truths);
            if (sample.truth()[k] >= 0) {
                assertThat(foreground).as("foreground comes first").isEqualTo(k);
                assertThat(BoxCoding.iou(all, candidate, truths, sample.truth()[k]))
                        .isEqualTo(best);
                assertThat(best).isGreaterThanOrEqualTo(0.5f);
                foreground++;
            } else if (best >= 0.1f) {
                assertThat(best).isLessThan(0.5f);
                hard++;
            } else {
                easy++;
            }
        }
        int rest = 64 - foreground;
        assertThat(sample.candidates()).doesNotHaveDuplicates();
        assertThat(foreground).isEqualTo(Math.min(19, available(all, truths, 0.5f, 2)));
        assertThat(hard).isEqualTo(Math.min((int) Math.rint(rest * 0.85), available(all, truths, 0.1f, 0.5f)));
        assertThat(easy).isEqualTo(Math.min((int) Math.rint(rest * 0.15), available(all, truths, 0, 0.1f)));
        assertThat(sample.foregroundCount()).isEqualTo(foreground);
    }

    @Test
    void groundTruthBoxesAreCandidatesAfterTheProposals() {
        float[] rois = {50, 50, 60, 60};
        float[] truths = {0, 0, 9, 9, 20, 20, 39, 39};
        RoiSample sample = RoiSampler.sample(rois, truths, RoiSampling.PAPER, new Random(1));
        assertThat(sample.candidates()).containsExactly(1, 2, 0);
        assertThat(sample.truth()).containsExactly(0, 1, -1);
    }

    @Test
    void anImageWithoutGroundTruthGivesOnlyItsShareOfEasyBackground() {
        float[] rois = RpnTargetsTest.randomBoxes(new Random(1), 100, 160, 192);
        RoiSample sample = RoiSampler.sample(rois, new float[0], RoiSampling.PAPER, new Random(1));
        assertThat(sample.truth()).hasSize(10).containsOnly(-1);
    }

    @Test
    void theStageBridgeMatchesEveryRegionFromTheThresholdOn() {
        float[] truths = {0, 0, 9, 9, 0, 0, 9, 19};
        // IoU with the two truths: 1 and 0.5, 0.5 and 1, 0.4 and 0.2, 0 and 0.
        float[] rois = {0, 0, 9, 9, 0, 0, 9, 19, 0, 0, 9, 3, 50, 50, 59, 59};
        assertThat(RoiSampler.match(rois, truths, 0.5)).containsExactly(0, 1, -1, -1);
        assertThat(RoiSampler.match(rois, truths, 0.4)).containsExactly(0, 1, 0, -1);
        assertThat(RoiSampler.match(rois, new float[0], 0.5)).containsExactly(-1, -1, -1, -1);
    }

    @Test
    void settingsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new RoiSampling(0, 0.3, 0.5, 0.1, 0.85))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a batch must hold at least 1 region, got 0");
        assertThatThrownBy(() -> new RoiSampling(64, 1.3, 0.5, 0.1, 0.85))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("foreground share must lie in [0, 1], got 1.3");
        assertThatThrownBy(() -> new RoiSampling(64, 0.3, 0.5, 0.6, 0.85))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hard background IoU must lie in [0, 0.5], got 0.6");
    }

    private static float best(float[] boxes, int i, float[] truths) {
        float best = 0;
        for (int g = 0; g < truths.length / 4; g++) {
            best = Math.max(best, BoxCoding.iou(boxes, i, truths, g));
        }
        return best;
    }

    private static int available(float[] boxes, float[] truths, float from, float below) {
        return (int) IntStream.range(0, boxes.length / 4)
                .filter(i -> best(boxes, i, truths) >= from && best(boxes, i, truths) < below)
                .count();
    }
}
