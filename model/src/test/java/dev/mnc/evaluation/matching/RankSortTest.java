package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankSortTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 11, 12, 13, 24, 25, 36, 48, 128, 129, 130, 1000})
    void partOfAnOrderIsSortedByKeysAndEqualKeysStayInTheirOrder(int length) {
        Random random = new Random(length);
        RankSort sort = new RankSort();
        for (int trial = 0; trial < 40; trial++) {
            int before = random.nextInt(5);
            int after = random.nextInt(5);
            int[] order = shuffled(random, before + length + after);
            int different = 1 + random.nextInt(2 * length + 1);
            long[] keys = random.longs(order.length, -different, different).toArray();
            int[] expected = order.clone();
            int[] part = IntStream.range(before, before + length)
                    .mapToObj(i -> order[i])
                    .sorted(Comparator.comparingLong(i -> keys[i]))
                    .mapToInt(i -> i)
                    .toArray();
            System.arraycopy(part, 0, expected, before, length);

            sort.sort(order, before, before + length, keys);

            assertThat(order).isEqualTo(expected);
        }
    }

    @Test
    void sortedAndFallingKeysAreSortedToo() {
        RankSort sort = new RankSort();
        int[] rising = IntStream.range(0, 500).toArray();
        long[] keys = IntStream.range(0, 500).asLongStream().toArray();
        int[] order = rising.clone();
        sort.sort(order, 0, 500, keys);
        assertThat(order).isEqualTo(rising);

        long[] falling = Arrays.stream(keys).map(key -> -key).toArray();
        sort.sort(order, 0, 500, falling);
        assertThat(order).isEqualTo(IntStream.range(0, 500).map(i -> 499 - i).toArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void extremeKeysAreInOrder(long extreme) {
        long[] keys = {5, extreme, -5, extreme};
        int[] order = {3, 2, 1, 0};

        new RankSort().sort(order, 0, order.length, keys);

        assertThat(Arrays.stream(order).mapToLong(i -> keys[i])).isSorted();
        assertThat(Arrays.stream(order).filter(i -> keys[i] == extreme)).containsExactly(3, 1);
    }

    private static int[] shuffled(Random random, int length) {
        int[] order = IntStream.range(0, length).toArray();
        for (int i = length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
