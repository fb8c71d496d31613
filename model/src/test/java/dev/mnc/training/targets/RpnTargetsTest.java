package dev.mnc.training.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.model.Golden;
import dev.mnc.model.cascade.Anchors;
import dev.mnc.model.voting.BoxCoding;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpnTargetsTest {

    private static final Anchors ANCHORS = new Anchors(16, 16, List.of(0.5f, 1f, 2f), List.of(2f, 4f, 8f));
    private static final float[] NOTHING = {};

    @Test
    void withoutGroundTruthTheAnchorsOfTheReleasedCodeThatLieInsideAreBackground() throws IOException {
        Golden golden = Golden.read("proposal.json");
        float[] anchors =
                Golden.countedFromOne(new Anchors(16, 16, List.of(0.5f, 1f, 2f), List.of(8f, 16f, 32f)).grid(24, 26));
        // The golden list is taken with both far corners at most on the last pixel, as here: anchors are whole numbers.
        RpnTargets targets = RpnTargets.assign(anchors, 384, 416, NOTHING, 10_000, 0.5, new Random(1));
        assertThat(places(targets.labels(), 0)).containsExactly(golden.integers("anchors_inside"));
        assertThat(places(targets.labels(), 1)).isEmpty();
        assertThat(targets.matched()).containsOnly(-1);
        assertThat(targets.deltas()).containsOnly(0f);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyLabelFollowsTheRuleOfItsAnchor(long seed) {
        Random random = new Random(seed);
        float[] anchors = ANCHORS.grid(10, 12);
        float[] truths = randomBoxes(random, 1 + random.nextInt(6), 160, 192);
        RpnTargets targets = RpnTargets.assign(anchors, 160, 192, truths, 1_000_000, 1, random);
        int[] labels = targets.labels();
        int[] matched = targets.matched();
        for (int i = 0; i < labels.length; i++) {
            int anchor = i;
            boolean inside = inside(anchors, i, 160, 192);
            boolean best = IntStream.range(0, truths.length / 4)
                    .anyMatch(g -> BoxCoding.iou(anchors, anchor, truths, g) > 0
                            && IntStream.range(0, labels.length)
                                    .filter(k -> inside(anchors, k, 160, 192))
                                    .noneMatch(k -> BoxCoding.iou(anchors, k, truths, g)
                                            > BoxCoding.iou(anchors, anchor, truths, g)));
            float highest = BoxCoding.iou(anchors, i, truths, matched[i]);
            for (int g = 0; g < truths.length / 4; g++) {
                assertThat(highest).isGreaterThanOrEqualTo(BoxCoding.iou(anchors, i, truths, g));
            }
            int expected = !inside ? -1 : best || highest >= 0.7f ? 1 : highest < 0.3f ? 0 : -1;
            assertThat(labels[i]).as("anchor %s", i).isEqualTo(expected);
        }
    }

    @Test
    void aForegroundAnchorLeadsToItsTruthAndOthersNowhere() {
        float[] anchors = {0, 0, 31, 31, 32, 0, 63, 31, 0, 32, 31, 63};
        float[] truth = {2, 0, 33, 31};
        RpnTargets targets = RpnTargets.assign(anchors, 64, 64, truth, 256, 0.5, new Random(1));
        assertThat(targets.labels()).containsExactly(1, 0, 0);
        assertThat(targets.deltas()).containsExactly(2f / 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void theBatchIsDrawnWithAtMostItsShareOfForeground() {
        float[] anchors = ANCHORS.grid(10, 12);
        // Truths that are anchors themselves, so that many anchors are foreground.
        int[] places = IntStream.range(0, anchors.length / 4)
                .filter(i -> inside(anchors, i, 160, 192))
                .limit(40)
                .toArray();
        float[] truths = new float[4 * places.length];
        for (int g = 0; g < places.length; g++) {
            System.arraycopy(anchors, 4 * places[g], truths, 4 * g, 4);
        }
        RpnTargets targets = RpnTargets.assign(anchors, 160, 192, truths, 32, 0.25, new Random(1));
        assertThat(places(targets.labels(), 1)).hasSize(8);
        assertThat(places(targets.labels(), 0)).hasSize(24);
        assertThat(RpnTargets.assign(anchors, 160, 192, truths, 32, 0.25, new Random(2))
                        .labels())
                .isNotEqualTo(targets.labels());
        assertThat(RpnTargets.assign(anchors, 160, 192, truths, 32, 0.25, new Random(1))
                        .labels())
                .isEqualTo(targets.labels());
    }

    @Test
    void anImageTooSmallForAnyAnchorTakesThoseCentredInIt() {
        float[] anchors = {-20, -20, 40, 40, 12, 12, 72, 72};
        RpnTargets targets = RpnTargets.assign(anchors, 30, 30, new float[] {2, 2, 20, 20}, 256, 0.5, new Random(1));
        assertThat(targets.labels()).containsExactly(1, -1);
    }

    @Test
    void aTruthThatNoAnchorTouchesMakesNoAnchorForeground() {
        float[] anchors = {0, 0, 9, 9, 20, 20, 29, 29};
        RpnTargets targets = RpnTargets.assign(anchors, 60, 60, new float[] {40, 40, 50, 50}, 256, 0.5, new Random(1));
        assertThat(targets.labels()).containsExactly(0, 0);
    }

    @Test
    void aForcedAnchorTakesItsLabelAndItsDeltas() {
        float[] anchors = {0, 0, 31, 31, 32, 0, 63, 31, -16, 0, 15, 31};
        float[] truth = {0, 0, 31, 31};
        RpnTargets drawn = RpnTargets.assign(anchors, 64, 64, truth, 256, 0.5, new Random(1));
        RpnTargets forced = drawn.withForced(new int[] {0, 2}, new int[] {0, 1});
        assertThat(drawn.labels()).containsExactly(1, 0, -1);
        assertThat(forced.labels()).containsExactly(0, 0, 1);
        assertThat(Arrays.copyOfRange(forced.deltas(), 8, 12)).containsExactly(new float[] {0.5f, 0, 0, 0}, within(0f));
        assertThat(Arrays.copyOf(forced.deltas(), 8)).containsOnly(0f);
    }

    @Test
    void aForcedLabelThatCannotBeIsRefused() {
        RpnTargets targets = RpnTargets.assign(new float[] {0, 0, 9, 9}, 60, 60, NOTHING, 256, 0.5, new Random(1));
        assertThatThrownBy(() -> targets.withForced(new int[] {0}, new int[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("anchor 0 cannot be foreground in an image without ground truth");
        assertThatThrownBy(() -> targets.withForced(new int[] {0}, new int[] {-1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a forced label must be 0 or 1, got -1");
        assertThatThrownBy(() -> targets.withForced(new int[] {0}, new int[] {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 anchors cannot take 0 labels");
    }

    private static boolean inside(float[] anchors, int i, int height, int width) {
        return anchors[4 * i] >= 0
                && anchors[4 * i + 1] >= 0
                && anchors[4 * i + 2] < width
                && anchors[4 * i + 3] < height;
    }

    static float[] randomBoxes(Random random, int count, int height, int width) {
        float[] boxes = new float[4 * count];
        for (int i = 0; i < count; i++) {
            boxes[4 * i] = random.nextInt(width - 20);
            boxes[4 * i + 1] = random.nextInt(height - 20);
            boxes[4 * i + 2] = Math.min(boxes[4 * i] + 8 + random.nextInt(90), width - 1);
            boxes[4 * i + 3] = Math.min(boxes[4 * i + 1] + 8 + random.nextInt(90), height - 1);
        }
        return boxes;
    }

    private static int[] places(int[] labels, int label) {
        return IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
    }
}
