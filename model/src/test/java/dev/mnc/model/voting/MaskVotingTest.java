package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.model.Golden;
import dev.mnc.model.voting.MaskVoting.Candidates;
import dev.mnc.model.voting.MaskVoting.VotedInstance;
import dev.mnc.model.voting.VotingSettings.Flavour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskVotingTest {

    private static final Map<Flavour, String> RESULTS = Map.of(Flavour.BINARISED, "cpu", Flavour.AVERAGED, "gpu");

    /**
     * One number of the GPU flavour has no exact value: row 5 of the image lies (5 - 3.1) * 7 / 13.3 = 1 mask rows down
     * the first voter's box, and in a mask's last column that flavour jumps from row to row without blending.
     */
    @ParameterizedTest
    @EnumSource
    void theInstancesAreThoseOfTheReleasedCode(Flavour flavour) throws IOException {
        Golden golden = Golden.read("mask_voting.json");
        List<VotedInstance> voted = MaskVoting.vote(candidates(golden), settings(golden, flavour));
        JsonNode expected = golden.json().at("/" + RESULTS.get(flavour) + "/instances");
        assertThat(voted).hasSize(expected.size());
        for (JsonNode node : expected) {
            Golden instance = new Golden(node);
            VotedInstance found = voted.stream()
                    .filter(v -> v.classIndex() == instance.integer("cls") && v.score() == instance.number("score"))
                    .findFirst()
                    .orElseThrow();
            assertThat(new int[] {found.x1(), found.y1(), found.x2(), found.y2()})
                    .containsExactly(instance.integers("box"));
            float[] mask = instance.floats("mask");
            for (int i = 0; i < mask.length; i++) {
                boolean onJump = flavour == Flavour.AVERAGED && found.score() == 0.9f && i == 13;
                assertThat(found.mask()[i]).as("mask %s", i).isCloseTo(mask[i], within(onJump ? 1e-2f : 1e-5f));
            }
        }
        assertThat(voted.stream().map(VotedInstance::score)).isSortedAccordingTo(Collections.reverseOrder());
    }

    @ParameterizedTest
    @EnumSource
    void theMinimumScoreOnlyLeavesInstancesOut(Flavour flavour) throws IOException {
        Golden golden = Golden.read("mask_voting.json");
        VotingSettings settings = settings(golden, flavour);
        List<VotedInstance> all = MaskVoting.vote(candidates(golden), settings);
        List<VotedInstance> some = MaskVoting.vote(candidates(golden), settings.withMinScore(0.2f));
        assertThat(some)
                .usingRecursiveComparison()
                .isEqualTo(all.stream().filter(v -> v.score() >= 0.2f).toList());
        assertThat(some).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void theOrderOfTheCandidatesDoesNotMatter(Flavour flavour) throws IOException {
        Golden golden = Golden.read("mask_voting.json");
        Candidates candidates = candidates(golden);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 6).boxed().toList());
        Collections.shuffle(order, new Random(3));
        Candidates shuffled = new Candidates(
                3,
                7,
                rows(candidates.boxes(), order, 4),
                rows(candidates.scores(), order, 3),
                rows(candidates.masks(), order, 49),
                24,
                30);
        List<VotedInstance> voted = MaskVoting.vote(candidates, settings(golden, flavour));
        List<VotedInstance> again = MaskVoting.vote(shuffled, settings(golden, flavour));
        assertThat(again).hasSameSizeAs(voted);
        for (int i = 0; i < voted.size(); i++) {
            assertThat(again.get(i).score()).isEqualTo(voted.get(i).score());
            assertThat(again.get(i).x1()).isEqualTo(voted.get(i).x1());
            assertThat(again.get(i).y2()).isEqualTo(voted.get(i).y2());
            assertThat(again.get(i).mask()).containsExactly(voted.get(i).mask(), within(1e-6f));
        }
    }

    @Test
    void aLoneCandidateKeepsItsBinaryMaskAndItsBoxBecomesTight() {
        float[] mask = {0, 0.9f, 0, 0.9f};
        Candidates one = new Candidates(2, 2, new float[] {3, 4, 4, 5}, new float[] {0.2f, 0.8f}, mask, 10, 10);
        List<VotedInstance> voted = MaskVoting.vote(one, VotingSettings.PAPER);
        assertThat(voted).hasSize(1);
        assertThat(voted.get(0).classIndex()).isEqualTo(1);
        assertThat(new int[] {
                    voted.get(0).x1(),
                    voted.get(0).y1(),
                    voted.get(0).x2(),
                    voted.get(0).y2()
                })
                .containsExactly(4, 4, 4, 5);
        assertThat(voted.get(0).mask()).containsExactly(1, 1, 1, 1);
    }

    @ParameterizedTest
    @EnumSource
    void votesThatReachTheThresholdNowhereLeaveTheCentrePixel(Flavour flavour) {
        Candidates faint = new Candidates(
                2, 2, new float[] {0, 0, 3, 3}, new float[] {0, 0}, new float[] {0.1f, 0.2f, 0.1f, 0.2f}, 20, 30);
        VotedInstance voted = MaskVoting.vote(faint, new VotingSettings(0.3f, 0.5f, 0.4f, 100, 0, flavour))
                .get(0);
        assertThat(new int[] {voted.x1(), voted.y1(), voted.x2(), voted.y2()}).containsExactly(15, 10, 15, 10);
        assertThat(voted.mask()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void theLimitOfAnImageLetsEqualScoresThrough() {
        float[] boxes = {0, 0, 3, 3, 10, 0, 13, 3, 20, 0, 23, 3, 0, 10, 3, 13};
        float[] scores = {0.1f, 0.9f, 0.5f, 0.5f, 0.5f, 0.5f, 0.6f, 0.4f};
        float[] masks = {1, 1, 1, 1};
        Candidates candidates = new Candidates(2, 1, boxes, scores, masks, 20, 30);
        assertThat(MaskVoting.vote(candidates, new VotingSettings(0.3f, 0.5f, 0.4f, 2, 0, Flavour.BINARISED)))
                .extracting(VotedInstance::score)
                .containsExactly(0.9f, 0.5f);
        Candidates twoClasses = new Candidates(
                3, 1, boxes, new float[] {0, 0.9f, 0, 0, 0, 0.5f, 0, 0.5f, 0, 0, 0, 0.4f}, masks, 20, 30);
        assertThat(MaskVoting.vote(twoClasses, new VotingSettings(0.3f, 0.5f, 0.4f, 2, 0, Flavour.BINARISED)))
                .extracting(VotedInstance::classIndex)
                .containsExactly(1, 1, 2);
    }

    @Test
    void candidateThatOverlapsASurvivorByExactlyTheLeastHasASay() {
        float[] boxes = {0, 0, 9, 9, 0, 0, 9, 4};
        float[] scores = {0.25f, 0.75f, 0.75f, 0.25f};
        Candidates candidates = new Candidates(2, 1, boxes, scores, new float[] {1, 1}, 20, 30);
        VotedInstance half = MaskVoting.vote(candidates, new VotingSettings(1, 0.5f, 0.8f, 1, 0, Flavour.BINARISED))
                .get(0);
        assertThat(new int[] {half.x1(), half.y1(), half.x2(), half.y2()}).containsExactly(0, 0, 9, 4);
        VotedInstance alone = MaskVoting.vote(
                        candidates, new VotingSettings(1, Math.nextUp(0.5f), 0.8f, 1, 0, Flavour.BINARISED))
                .get(0);
        assertThat(new int[] {alone.x1(), alone.y1(), alone.x2(), alone.y2()}).containsExactly(0, 0, 9, 9);
    }

    @ParameterizedTest
    @EnumSource
    void votersWhoseScoresAreAllZeroWeighTheSame(Flavour flavour) {
        float[] boxes = {2, 2, 5, 5, 2, 2, 5, 5};
        Candidates candidates = new Candidates(2, 1, boxes, new float[4], new float[] {1, 0.5f}, 20, 30);
        VotedInstance voted = MaskVoting.vote(candidates, new VotingSettings(1, 0.5f, 0.6f, 1, 0, flavour))
                .get(0);
        if (flavour == Flavour.BINARISED) {
            assertThat(new int[] {voted.x1(), voted.y1()}).containsExactly(15, 10);
            assertThat(MaskVoting.vote(candidates, new VotingSettings(1, 0.5f, 0.5f, 1, 0, flavour))
                            .get(0)
                            .mask())
                    .containsExactly(1);
        } else {
            assertThat(voted.mask()).containsExactly(0.75f);
        }
    }

    @Test
    void noCandidatesGiveNoInstances() {
        Candidates none = new Candidates(3, 7, new float[0], new float[0], new float[0], 24, 30);
        assertThat(MaskVoting.vote(none, VotingSettings.PAPER)).isEmpty();
    }

    @Test
    void arraysThatDisagreeAreRefused() {
        assertThatThrownBy(() -> new Candidates(3, 7, new float[8], new float[6], new float[49], 24, 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("boxes [N, 4], scores [N, 3] and masks [N, 49] must agree in N, got 8, 6 and 49 numbers");
        assertThatThrownBy(() -> VotingSettings.PAPER.withMinScore(1.5f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimum score must lie in [0, 1], got 1.5");
    }

    private static Candidates candidates(Golden golden) {
        return new Candidates(
                3,
                golden.integer("mask_size"),
                golden.floats("boxes"),
                golden.floats("scores"),
                golden.floats("masks"),
                golden.integer("im_height"),
                golden.integer("im_width"));
    }

    private static VotingSettings settings(Golden golden, Flavour flavour) {
        return new VotingSettings(
                golden.number("nms_thr"),
                golden.number("merge_iou"),
                golden.number("binarize"),
                golden.integer("max_per_image"),
                0,
                flavour);
    }

    private static float[] rows(float[] values, List<Integer> order, int width) {
        float[] gathered = new float[values.length];
        for (int i = 0; i < order.size(); i++) {
            System.arraycopy(values, order.get(i) * width, gathered, i * width, width);
        }
        return gathered;
    }
}
