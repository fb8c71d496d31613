package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdedMaskTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void columnsAndRowsTurnWhereTheStretchedMaskDoes(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 200; trial++) {
            int size = 1 + random.nextInt(trial % 9 == 0 ? 140 : 12);
            float threshold = 0.25f * (1 + random.nextInt(3));
            float[] soft = soft(random, size, threshold, trial % 4);
            BilinearAxis across = axis(random, size);
            BilinearAxis down = axis(random, size);
            ThresholdedMask cut = new ThresholdedMask(soft, 3, size, threshold);
            boolean[][] expected = dense(soft, size, across, down, threshold);
            int[] edges = new int[Math.max(across.count(), down.count()) + 1];
            for (int x = 0; x < across.count(); x++) {
                int count = cut.column(across, down, x, edges);
                for (int y = 0; y < down.count(); y++) {
                    assertThat(isForeground(edges, count, y)).isEqualTo(expected[x][y]);
                }
            }
            int longs = down.count() / 64 + 2;
            int[] columns = IntStream.range(0, across.count())
                    .filter(x -> random.nextInt(4) > 0)
                    .toArray();
            long[] bits = new long[3 * (columns.length + 1) * longs];
            cut.mark(across, columns, down, new ThresholdedMask.Bits(bits, 3 * longs + 1, 3, longs, 5));
            for (int i = 0; i < bits.length * 64; i++) {
                int x = i / 64 / 3 / longs - 1;
                int y = 64 * (i / 64 / 3 % longs) + i % 64 - 5;
                boolean inside = i / 64 % 3 == 1 && x >= 0 && y >= 0 && y < down.count();
                assertThat(((bits[i / 64] >>> i) & 1) == 1).isEqualTo(inside && expected[columns[x]][y]);
            }
            for (int y = 0; y < down.count(); y++) {
                int count = cut.row(across, down, y, edges);
                for (int x = 0; x < across.count(); x++) {
                    assertThat(isForeground(edges, count, x)).isEqualTo(expected[x][y]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void reachesFromTheFirstToTheLastForeground(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 200; trial++) {
            int size = 1 + random.nextInt(trial % 9 == 0 ? 140 : 12);
            float[] soft = soft(random, size, 0.5f, trial % 4);
            BilinearAxis across = axis(random, size);
            BilinearAxis down = axis(random, size);
            boolean[][] expected = dense(soft, size, across, down, 0.5f);
            assertReach(new ThresholdedMask(soft, 3, size, 0.5f).reach(across, down), expected);
        }
    }

    private static void assertReach(int[] reach, boolean[][] expected) {
        int[] extent = {expected.length, expected[0].length, -1, -1};
        for (int x = 0; x < expected.length; x++) {
            for (int y = 0; y < expected[0].length; y++) {
                if (expected[x][y]) {
                    extent[0] = Math.min(extent[0], x);
                    extent[1] = Math.min(extent[1], y);
                    extent[2] = x;
                    extent[3] = Math.max(extent[3], y);
                }
            }
        }
        if (extent[2] >= 0) {
            assertThat(reach).isEqualTo(extent);
        } else {
            assertThat(reach[0]).isGreaterThan(reach[2]);
            assertThat(reach[1]).isGreaterThan(reach[3]);
        }
    }

    /**
     * The mask marks its cells when it is made. The probabilities that change afterwards therefore show which samples are
     * computed from them: those between neighbours on different sides, and no other.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 28, 63, 64, 65, 100, 128, 129, 140})
    void onlySamplesBetweenTheSidesAreComputed(int size) {
        Random random = new Random(size);
        for (int trial = 0; trial < 12; trial++) {
            float[] soft = blocks(random, size, trial % 3);
            float[] original = soft.clone();
            BilinearAxis across = BilinearAxis.resize(size, 1 + random.nextInt(2 * size + 9));
            BilinearAxis down = BilinearAxis.resize(size, 1 + random.nextInt(2 * size + 9));
            ThresholdedMask mask = new ThresholdedMask(soft, 3, size, 0.5f);
            for (float instead : new float[] {0, 1}) {
                Arrays.fill(soft, instead);
                boolean[][] expected = new boolean[across.count()][down.count()];
                for (int x = 0; x < across.count(); x++) {
                    for (int y = 0; y < down.count(); y++) {
                        float[] corners = {
                            original[3 + down.low(y) * size + across.low(x)],
                            original[3 + down.low(y) * size + across.high(x)],
                            original[3 + down.high(y) * size + across.low(x)],
                            original[3 + down.high(y) * size + across.high(x)]
                        };
                        expected[x][y] = isUniform(corners) ? corners[0] == 1 : instead == 1;
                    }
                }
                assertEverySample(mask, across, down, expected);
            }
        }
    }

    private static boolean isUniform(float[] corners) {
        return corners[0] == corners[1] && corners[0] == corners[2] && corners[0] == corners[3];
    }

    /** Probabilities of 0 and 1 from the fourth number on: some rectangles, on empty or full ground, or all alike. */
    private static float[] blocks(Random random, int size, int kind) {
        float[] soft = new float[3 + size * size];
        Arrays.fill(soft, kind == 1 ? 1 : 0);
        for (int block = 0; block < 1 + random.nextInt(4); block++) {
            int left = random.nextInt(size);
            int top = random.nextInt(size);
            int right = left + random.nextInt(size - left);
            int bottom = top + random.nextInt(size - top);
            for (int y = top; y <= bottom; y++) {
                Arrays.fill(soft, 3 + y * size + left, 4 + y * size + right, kind == 1 ? 0 : 1);
            }
        }
        return soft;
    }

    private static void assertEverySample(
            ThresholdedMask mask, BilinearAxis across, BilinearAxis down, boolean[][] expected) {
        int[] edges = new int[Math.max(across.count(), down.count()) + 1];
        int longs = down.count() / 64 + 1;
        long[] bits = new long[across.count() * longs];
        int[] columns = IntStream.range(0, across.count()).toArray();
        mask.mark(across, columns, down, new ThresholdedMask.Bits(bits, 0, 1, longs, 0));
        for (int x = 0; x < across.count(); x++) {
            int count = mask.column(across, down, x, edges);
            for (int y = 0; y < down.count(); y++) {
                assertThat(isForeground(edges, count, y)).isEqualTo(expected[x][y]);
                assertThat(((bits[x * longs + y / 64] >>> y) & 1) == 1).isEqualTo(expected[x][y]);
            }
        }
        for (int y = 0; y < down.count(); y++) {
            int count = mask.row(across, down, y, edges);
            for (int x = 0; x < across.count(); x++) {
                assertThat(isForeground(edges, count, x)).isEqualTo(expected[x][y]);
            }
        }
        assertReach(mask.reach(across, down), expected);
    }

    /** A largest probability of 2^16 makes the margin 2^-24, which is one float above 0.5 and two below it. */
    @Test
    void probabilitiesWithinTheMarginAreNotOnASide() {
        float above = Math.nextUp(0.5f);
        float below = Math.nextDown(0.5f);
        float surelyBelow = Math.nextDown(Math.nextDown(below));

        assertThat(isForegroundAfterwards(above, 0)).isTrue();
        assertThat(isForegroundAfterwards(0.5f, 0)).isFalse();
        assertThat(isForegroundAfterwards(0.5f, 1)).isTrue();
        assertThat(isForegroundAfterwards(below, 1)).isTrue();
        assertThat(isForegroundAfterwards(Math.nextDown(below), 1)).isTrue();
        assertThat(isForegroundAfterwards(surelyBelow, 1)).isFalse();
    }

    /** The first sample of a mask that holds one probability but for 2^16 in a corner, once all are others. */
    private static boolean isForegroundAfterwards(float probability, float instead) {
        float[] soft = new float[16];
        Arrays.fill(soft, probability);
        soft[15] = -0x1p16f;
        ThresholdedMask mask = new ThresholdedMask(soft, 0, 4, 0.5f);
        Arrays.fill(soft, instead);
        BilinearAxis axis = BilinearAxis.resize(4, 4);
        int[] edges = new int[5];
        return isForeground(edges, mask.column(axis, axis, 0, edges), 0);
    }

    @Test
    void arrayTooShortForTheMaskIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ThresholdedMask(new float[10], 2, 3, 0.5f))
                .withMessage("no 3 x 3 mask starts at index 2 of 10 probabilities");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ThresholdedMask(new float[10], -1, 3, 0.5f))
                .withMessage("no 3 x 3 mask starts at index -1 of 10 probabilities");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ThresholdedMask(new float[10], 0, 0, 0.5f))
                .withMessage("no 0 x 0 mask starts at index 0 of 10 probabilities");
    }

    /** Noise, steps that hit the threshold, values a few roundings beside it, and a spot on empty ground. */
    private static float[] soft(Random random, int size, float threshold, int kind) {
        float[] soft = new float[3 + size * size];
        for (int i = 3; i < soft.length; i++) {
            float noise = random.nextFloat();
            soft[i] = switch (kind) {
                case 0 -> noise;
                case 1 -> Math.round(noise * 4) / 4f;
                case 2 -> threshold + (noise - 0.5f) * 0x1p-22f;
                default -> i == 3 + size * size / 2 ? 1 : 0;
            };
        }
        return soft;
    }

    /** A whole axis, a part of one, or single samples of it. */
    private static BilinearAxis axis(Random random, int size) {
        int length = 1 + random.nextInt(80);
        int first = random.nextInt(length);
        return switch (random.nextInt(3)) {
            case 0 -> BilinearAxis.resize(size, length);
            case 1 -> BilinearAxis.window(size, length, first, 1 + random.nextInt(length - first));
            default ->
                BilinearAxis.resize(size, length)
                        .pick(random.ints(0, length)
                                .limit(9)
                                .distinct()
                                .sorted()
                                .toArray());
        };
    }

    private static boolean[][] dense(float[] soft, int size, BilinearAxis across, BilinearAxis down, float threshold) {
        SoftMask mask = new SoftMask(soft, 3, size);
        boolean[][] foreground = new boolean[across.count()][down.count()];
        float[] column = new float[down.count()];
        for (int x = 0; x < across.count(); x++) {
            mask.computeColumn(across, down, x, column);
            for (int y = 0; y < down.count(); y++) {
                foreground[x][y] = column[y] >= threshold;
            }
        }
        return foreground;
    }

    private static boolean isForeground(int[] edges, int count, int at) {
        int before = 0;
        while (before < count && edges[before] <= at) {
            before++;
        }
        return (before & 1) == 1;
    }
}
