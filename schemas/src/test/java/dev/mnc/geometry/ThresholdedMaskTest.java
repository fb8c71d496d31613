package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
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
            int[] extent = {across.count(), down.count(), -1, -1};
            for (int x = 0; x < across.count(); x++) {
                for (int y = 0; y < down.count(); y++) {
                    if (expected[x][y]) {
                        extent[0] = Math.min(extent[0], x);
                        extent[1] = Math.min(extent[1], y);
                        extent[2] = x;
                        extent[3] = Math.max(extent[3], y);
                    }
                }
            }
            int[] reach = new ThresholdedMask(soft, 3, size, 0.5f).reach(across, down);
            if (extent[2] >= 0) {
                assertThat(reach).isEqualTo(extent);
            } else {
                assertThat(reach[0]).isGreaterThan(reach[2]);
                assertThat(reach[1]).isGreaterThan(reach[3]);
            }
        }
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
