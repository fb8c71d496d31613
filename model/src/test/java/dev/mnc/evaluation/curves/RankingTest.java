package dev.mnc.evaluation.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.evaluation.matching.MatchRules;
import dev.mnc.evaluation.shapes.Compat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {

    private static final MatchRules COCO = MatchRules.coco(Compat.NONE);

    private record Detection(double score, long image, int rank, long matched, long ignored) {

        private static final Comparator<Detection> ORDER = Comparator.comparingDouble((Detection r) -> -r.score)
                .thenComparingLong(Detection::image)
                .thenComparingInt(Detection::rank);
    }

    /** Each image has each rank once; scores, some of them equal, fall with the rank. */
    private static List<Detection> detections(Random random, int count, int width) {
        long mask = width == 8 ? -1L : (1L << (8 * width)) - 1;
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double score = random.nextInt(6) / 5.0 + 0.0;
            long image = random.nextInt(5) - 2L;
            detections.add(new Detection(score, image, i, random.nextLong() & mask, random.nextLong() & mask));
        }
        Collections.shuffle(detections, random);
        return detections;
    }

    private static Ranking ranking(List<Detection> detections, int expected) {
        Ranking ranking = new Ranking(expected);
        for (Detection one : detections) {
            ranking.add(one.score, one.image, one.rank, one.matched, one.ignored);
        }
        return ranking;
    }

    private static List<Detection> contents(Ranking ranking) {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < ranking.count(); i++) {
            assertThat(ranking.rank(i)).isEqualTo(ranking.rank(i));
            detections.add(new Detection(
                    ranking.score(i), ranking.image(i), ranking.rank(i), ranking.matched(i), ranking.ignored(i)));
        }
        return detections;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 40, 300})
    void detectionsAreInOrderOfScoreImageAndRankHoweverTheyCame(int count) {
        Random random = new Random(count);
        for (int expected : new int[] {0, 20, count}) {
            List<Detection> detections = detections(random, count, 5);
            Ranking ranking = ranking(detections, expected);
            ranking.sort();
            detections.sort(Detection.ORDER);

            assertThat(ranking.count()).isEqualTo(count);
            assertThat(contents(ranking)).isEqualTo(detections);
        }
    }

    @Test
    void lowerBoundIsTheNumberOfDetectionsThatComeBefore() {
        Random random = new Random(3);
        List<Detection> detections = detections(random, 60, 5);
        Ranking ranking = ranking(detections, 60);
        ranking.sort();
        RankedBytes ranked = new RankedBytes(ranking.toBytes(0, 60, COCO), COCO);
        for (double score : new double[] {-1, 0, 0.2, 0.5, 0.8, 1, 2}) {
            for (long image = -3; image <= 3; image++) {
                for (int rank = -1; rank <= 60; rank++) {
                    Detection place = new Detection(score, image, rank, 0, 0);
                    long before = detections.stream()
                            .filter(one -> Detection.ORDER.compare(one, place) < 0)
                            .count();
                    assertThat(ranked.lowerBound(score, image, rank)).isEqualTo((int) before);
                }
            }
        }
    }

    @Test
    void rankedBytesAreReadAndCutWhereTheyLie() {
        Ranking ranking = ranking(detections(new Random(4), 40, 5), 40);
        ranking.sort();
        byte[] bytes = ranking.toBytes(0, 40, COCO);
        RankedBytes ranked = new RankedBytes(bytes, COCO);

        assertThat(ranked.count()).isEqualTo(40);
        for (int i = 0; i < 40; i++) {
            assertThat(ranked.score(i)).isEqualTo(ranking.score(i));
            assertThat(ranked.image(i)).isEqualTo(ranking.image(i));
            assertThat(ranked.rank(i)).isEqualTo(ranking.rank(i));
        }
        assertThat(ranked.toBytes(7, 19)).isEqualTo(ranking.toBytes(7, 19, COCO));
        assertThat(ranked.toBytes(0, 19)).isEqualTo(ranking.toBytes(0, 19, COCO));
        assertThat(ranked.toBytes(7, 40)).isEqualTo(ranking.toBytes(7, 40, COCO));
        assertThat(ranked.toBytes(0, 40)).isSameAs(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 40, 57, 64})
    void everyPartOfARankingSurvivesBeingSent(int pairs) {
        int width = (pairs + 7) / 8;
        MatchRules rules =
                new MatchRules(new double[pairs], new double[1], new double[] {1}, new int[] {1}, Compat.NONE);
        List<Detection> detections = detections(new Random(pairs), 30, width);
        detections.add(new Detection(0.5, Long.MAX_VALUE, 65535, 0, 0));
        detections.add(new Detection(0.5, Long.MIN_VALUE, 32768, 0, 0));
        Ranking ranking = ranking(detections, 0);
        ranking.sort();
        detections.sort(Detection.ORDER);

        byte[] bytes = ranking.toBytes(4, 31, rules);
        Ranking received = new Ranking(0);
        received.addBytes(bytes, rules);
        received.sort();

        assertThat(bytes).hasSize(27 * (18 + 2 * width));
        assertThat(new RankedBytes(bytes, rules).count()).isEqualTo(27);
        assertThat(contents(received)).isEqualTo(detections.subList(4, 31));
        assertThat(ranking.toBytes(5, 5, rules)).isEmpty();
    }

    @Test
    void detectionHasTwentyEightBytesWithCocosRules() {
        assertThat(new RankedBytes(new byte[56], COCO).count()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ranking(0).addBytes(new byte[57], COCO))
                .withMessage("a detection has 28 bytes, got 57");
    }
}
