package dev.mnc.jobs.evaluate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.jobs.evaluate.spark.RankingRanges.RankPosition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class RankingRangesTest {

    private static RankPosition place(double score) {
        return new RankPosition(score, 1, 0);
    }

    /** Cell 0 is cut into three, 2 is left whole, 5 has too few samples, 7 has none. */
    private static RankingRanges ranges() {
        return RankingRanges.of(
                Map.of(
                        0, List.of(place(0.4), place(0.9), place(0.6), place(0.8), place(0.5), place(0.7)),
                        2, List.of(place(0.3)),
                        5, List.of(place(0.2))),
                Map.of(0, 3, 2, 1, 5, 3, 7, 2));
    }

    @Test
    void cutsSpreadTheSamplesEvenlyInTheOrderOfTheRanking() {
        assertThat(ranges().cuts())
                .isEqualTo(Map.of(
                        0, List.of(place(0.7), place(0.5)),
                        2, List.of(),
                        5, List.of(place(0.2)),
                        7, List.of()));
    }

    @Test
    void rangesAreNumberedOverAllCells() {
        assertThat(ranges().cells()).containsExactly(0, 0, 0, 2, 5, 5, 7);
        assertThat(ranges().first(0)).isZero();
        assertThat(ranges().first(2)).isEqualTo(3);
        assertThat(ranges().first(5)).isEqualTo(4);
        assertThat(ranges().first(7)).isEqualTo(6);
        assertThatIllegalArgumentException().isThrownBy(() -> ranges().first(1)).withMessage("no detections of cell 1");
    }

    @Test
    void cellsWithOneRangeAreWhole() {
        assertThat(ranges().isWhole(0)).isFalse();
        assertThat(ranges().isWhole(2)).isTrue();
        assertThat(ranges().isWhole(5)).isFalse();
        assertThat(ranges().isWhole(7)).isTrue();
        assertThat(ranges().anyCut()).isTrue();
        assertThat(RankingRanges.of(Map.of(2, List.of(place(0.3))), Map.of(2, 1))
                        .anyCut())
                .isFalse();
    }

    @Test
    void equalScoresAreCutByImageThenRank() {
        RankingRanges ranges = RankingRanges.of(
                Map.of(
                        0,
                        List.of(new RankPosition(0.5, 9, 0), new RankPosition(0.5, 3, 4), new RankPosition(0.5, 3, 1))),
                Map.of(0, 3));

        assertThat(ranges.cuts().get(0)).containsExactly(new RankPosition(0.5, 3, 4), new RankPosition(0.5, 9, 0));
    }
}
