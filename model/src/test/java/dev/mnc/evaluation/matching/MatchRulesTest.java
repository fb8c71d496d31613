package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.evaluation.shapes.Compat;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatchRulesTest {

    private static final double[] OVERLAPS = {0.5, 0.75};
    private static final double[] FROM = {0, 0, 100};
    private static final double[] TO = {1e10, 100, 1e10};

    private static MatchRules rules() {
        return new MatchRules(OVERLAPS, FROM, TO, new int[] {2, 7}, Compat.NONE);
    }

    @Test
    void rulesSayWhatTheyWereMadeOf() {
        MatchRules rules = rules();

        assertThat(rules.thresholds()).isEqualTo(2);
        assertThat(rules.threshold(1)).isEqualTo(0.75);
        assertThat(rules.areas()).isEqualTo(3);
        assertThat(rules.limits()).isEqualTo(2);
        assertThat(rules.limit(0)).isEqualTo(2);
        assertThat(rules.maxDetections()).isEqualTo(7);
        assertThat(rules.compat()).isEqualTo(Compat.NONE);
        assertThat(rules.recalls()).isEqualTo(RecallSteps.MULTIPLES);
    }

    @Test
    void anOverlapOfOneAsksForAlmostOneAsInPycocotools() {
        MatchRules rules = new MatchRules(new double[] {0.9, 1, 1.5}, FROM, TO, new int[] {1}, Compat.NONE);

        assertThat(rules.threshold(0)).isEqualTo(0.9);
        assertThat(rules.threshold(1)).isEqualTo(1 - 1e-10);
        assertThat(rules.threshold(2)).isEqualTo(1 - 1e-10);
    }

    @Test
    void closestOverlapIsTheLowerOfTwoEquallyClose() {
        MatchRules rules = new MatchRules(new double[] {0.25, 0.5, 0.75}, FROM, TO, new int[] {1}, Compat.NONE);

        assertThat(rules.closest(0)).isZero();
        assertThat(rules.closest(0.375)).isZero();
        assertThat(rules.closest(0.4)).isEqualTo(1);
        assertThat(rules.closest(0.5)).isEqualTo(1);
        assertThat(rules.closest(0.625)).isEqualTo(1);
        assertThat(rules.closest(0.9)).isEqualTo(2);
    }

    @Test
    void sizeRangesHaveCocosNamesOrTheirBounds() {
        assertThat(MatchRules.coco(Compat.NONE).areaName(0)).isEqualTo("all");
        assertThat(MatchRules.coco(Compat.NONE).areaName(3)).isEqualTo("large");
        assertThat(rules().areaName(0)).isEqualTo("all");
        assertThat(rules().areaName(1)).isEqualTo("0..100");
        assertThat(rules().areaName(2)).isEqualTo("100..10000000000");
    }

    @Test
    void bothEndsOfASizeRangeBelongToIt() {
        assertThat(rules().holds(1, 0)).isTrue();
        assertThat(rules().holds(1, 100)).isTrue();
        assertThat(rules().holds(1, Math.nextUp(100.0))).isFalse();
        assertThat(rules().holds(2, 100)).isTrue();
        assertThat(rules().holds(2, Math.nextDown(100.0))).isFalse();
        assertThat(rules().holds(2, 1e10)).isTrue();
    }

    @Test
    void everyPairOfASizeRangeAndAnOverlapHasABit() {
        assertThat(rules().everything()).isEqualTo(0b111111);
        assertThat(rules().outside(50)).isEqualTo(0b110000);
        assertThat(rules().outside(100)).isZero();
        assertThat(rules().outside(101)).isEqualTo(0b001100);
        assertThat(rules().outside(-1)).isEqualTo(0b111111);
    }

    @Test
    void sixtyFourPairsArePossibleAndNoMore() {
        MatchRules most =
                new MatchRules(new double[32], new double[2], new double[] {5, 5}, new int[] {1}, Compat.NONE);

        assertThat(most.everything()).isEqualTo(-1L);
        assertThat(most.outside(6)).isEqualTo(-1L);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new MatchRules(new double[13], new double[5], new double[5], new int[] {1}, Compat.NONE))
                .withMessage("13 overlaps and 5 size ranges are 65 pairs; at most 64 are possible");
    }

    @Test
    void overlapsAndSizeRangesAreNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatchRules(new double[0], FROM, TO, new int[] {1}, Compat.NONE))
                .withMessage("matching needs overlaps and size ranges, got [], from [0.0, 0.0, 100.0]"
                        + " to [1.0E10, 100.0, 1.0E10]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatchRules(OVERLAPS, new double[0], new double[0], new int[] {1}, Compat.NONE))
                .withMessage("matching needs overlaps and size ranges, got [0.5, 0.75], from [] to []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatchRules(OVERLAPS, FROM, new double[2], new int[] {1}, Compat.NONE))
                .withMessage("matching needs overlaps and size ranges, got [0.5, 0.75], from [0.0, 0.0, 100.0]"
                        + " to [0.0, 0.0]");
    }

    static int[][] limitsThatDoNotRise() {
        return new int[][] {{}, {0}, {-1}, {3, 3}, {3, 2}, {1, 65536}, {65536}};
    }

    @ParameterizedTest
    @MethodSource("limitsThatDoNotRise")
    void limitsRiseFromOneToWhatTwoBytesHold(int[] limits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatchRules(OVERLAPS, FROM, TO, limits, Compat.NONE))
                .withMessage("the limits on detections must rise from at least 1 to at most 65535, got "
                        + Arrays.toString(limits));
    }

    @Test
    void limitsMayBeTheLeastAndTheMost() {
        MatchRules rules = new MatchRules(OVERLAPS, FROM, TO, new int[] {1, 2, 65535}, Compat.NONE);

        assertThat(rules.maxDetections()).isEqualTo(65535);
        assertThat(rules.upTo(5)).isEqualTo(new MatchRules(OVERLAPS, FROM, TO, new int[] {5}, Compat.NONE));
    }

    @Test
    void rulesAreEqualOnlyIfAllOfThemAre() {
        int[] limits = {2, 7};
        MatchRules rules = rules();

        assertThat(rules).isEqualTo(rules()).hasSameHashCodeAs(rules());
        assertThat(rules.with(RecallSteps.MULTIPLES)).isEqualTo(rules);
        assertThat(rules.with(RecallSteps.HUNDREDTHS)).isNotEqualTo(rules);
        assertThat(rules.with(RecallSteps.HUNDREDTHS).recalls()).isEqualTo(RecallSteps.HUNDREDTHS);
        assertThat(new MatchRules(new double[] {0.5, 0.8}, FROM, TO, limits, Compat.NONE))
                .isNotEqualTo(rules);
        assertThat(new MatchRules(OVERLAPS, new double[] {0, 1, 100}, TO, limits, Compat.NONE))
                .isNotEqualTo(rules);
        assertThat(new MatchRules(OVERLAPS, FROM, new double[] {1e10, 99, 1e10}, limits, Compat.NONE))
                .isNotEqualTo(rules);
        assertThat(new MatchRules(OVERLAPS, FROM, TO, new int[] {2, 8}, Compat.NONE))
                .isNotEqualTo(rules);
        assertThat(new MatchRules(OVERLAPS, FROM, TO, limits, Compat.PYCOCOTOOLS))
                .isNotEqualTo(rules);
        assertThat(rules).isNotEqualTo("rules");
        assertThat(rules.hashCode())
                .isNotEqualTo(new MatchRules(new double[] {0.5, 0.8}, FROM, TO, limits, Compat.NONE).hashCode());
    }
}
