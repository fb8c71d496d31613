package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's own stable sort is the oracle. */
class RankSortTest {

    private final RankSort sort = new RankSort();

    private static int[] expected(int[] order, int from, int to, long[] keys) {
        int[] sorted = order.clone();
        int[] middle = Arrays.stream(order, from, to)
                .boxed()
                .sorted(Comparator.comparingLong(index -> keys[index]))
                .mapToInt(Integer::intValue)
                .toArray();
        System.arraycopy(middle, 0, sorted, from, middle.length);
        return sorted;
    }

    private void check(int[] order, int from, int to, long[] keys) {
        int[] expected = expected(order, from, to, keys);

        sort.sort(order, from, to, keys);

        assertThat(order).isEqualTo(expected);
    }

    /** Around the lengths at which runs begin to be merged, twice, and beyond what one object has room for at first. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 11, 12, 13, 24, 25, 47, 48, 49, 127, 128, 129, 1000, 5000})
    void sortsByKeysAndLeavesEqualOnesAsTheyCome(int count) {
        Random random = new Random(count);
        for (int distinct : new int[] {1, 3, 1 << 20}) {
            long[] keys = random.longs(count, -distinct, distinct).toArray();
            int[] order = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
            check(order, 0, count, keys);
            check(order, 0, count, keys);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 300})
    void leavesWhatIsOutsideTheRange(int count) {
        Random random = new Random(count);
        long[] keys = random.longs(3L * count).toArray();
        int[] order =
                IntStream.range(0, 3 * count).map(i -> i * 7 % (3 * count)).toArray();

        check(order, count, 2 * count, keys);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void extremeKeysAreInOrder(long extreme) {
        long[] keys = {5, extreme, -5, extreme, Long.MAX_VALUE, Long.MIN_VALUE};
        int[] order = {5, 4, 3, 2, 1, 0};

        check(order, 0, order.length, keys);
    }
}
