package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.columns.DetectionColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    @Test
    void whatIsNotDroppedComesInItsOrderHoweverManyThereAre() {
        Candidates candidates = new Candidates();
        for (int count : new int[] {300, 3, 128, 129, 0}) {
            DetectionColumns columns = columns(count);
            candidates.start(taker -> {
                for (int i = 0; i < count; i++) {
                    taker.accept(columns, i);
                }
            });
            for (int i = 0; i < count; i += 3) {
                candidates.drop(i);
            }

            assertThat(candidates.count()).isEqualTo(count);
            List<Long> left = new ArrayList<>();
            candidates.forEachRemaining((from, index) -> left.add(from.ordinal(index)));
            assertThat(left)
                    .isEqualTo(IntStream.range(0, count)
                            .filter(i -> i % 3 != 0)
                            .mapToObj(i -> (long) i)
                            .toList());
        }
    }

    @Test
    void nothingOfTheNextImageIsDropped() {
        Candidates candidates = new Candidates();
        DetectionColumns columns = columns(2);
        for (int image = 0; image < 2; image++) {
            candidates.start(taker -> {
                taker.accept(columns, 0);
                taker.accept(columns, 1);
            });
            List<Long> left = new ArrayList<>();
            candidates.forEachRemaining((from, index) -> left.add(from.ordinal(index)));
            assertThat(left).containsExactly(0L, 1L);
            candidates.drop(1);
        }
    }

    @Test
    void categoryAndScoreAreThoseOfTheDetection() {
        Candidates candidates = new Candidates();
        DetectionColumns columns = columns(3);
        candidates.start(taker -> {
            taker.accept(columns, 2);
            taker.accept(columns, 1);
        });

        assertThat(candidates.categoryId(0)).isEqualTo(12);
        assertThat(candidates.score(1)).isEqualTo(0.25);
    }

    private static DetectionColumns columns(int count) {
        return DetectionColumns.of(IntStream.range(0, count)
                .mapToObj(i -> new Detection(i, 1, 10 + i, i / 4.0, null, null))
                .toList());
    }
}
