package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftMaskTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pastingEqualsResizingEveryPixelOfTheBox(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 100; trial++) {
            int size = 1 + random.nextInt(12);
            float[] soft = new float[size * size];
            for (int i = 0; i < soft.length; i++) {
                soft[i] = random.nextFloat();
            }
            int height = 1 + random.nextInt(30);
            int width = 1 + random.nextInt(30);
            int x1 = random.nextInt(50) - 15;
            int y1 = random.nextInt(50) - 15;
            int x2 = x1 + random.nextInt(60);
            int y2 = y1 + random.nextInt(60);
            Mask pasted = SoftMask.paste(soft, size, x1, y1, x2, y2, height, width, 0.4f);
            List<Boolean> expected = new ArrayList<>();
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    boolean inBox = x >= x1 && x <= x2 && y >= y1 && y <= y2;
                    expected.add(inBox
                            && bilinear(
                                            soft,
                                            size,
                                            (x - x1 + 0.5) * size / (x2 - x1 + 1) - 0.5,
                                            (y - y1 + 0.5) * size / (y2 - y1 + 1) - 0.5)
                                    >= 0.4f);
                }
            }
            assertThat(pixels(pasted)).isEqualTo(expected);
            assertThat(pasted).isEqualTo(Mask.ofCoco(height, width, pasted.toCoco()));
            for (int i = 1; i < pasted.runCount(); i++) {
                assertThat(pasted.run(i)).isPositive();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void pastingOnAContinuousBoxSamplesItAtThePixelCentres(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 100; trial++) {
            int size = 1 + random.nextInt(12);
            float[] soft = noise(random, size * size);
            int height = 1 + random.nextInt(30);
            int width = 1 + random.nextInt(30);
            Box box = new Box(
                    random.nextDouble() * 50 - 15,
                    random.nextDouble() * 50 - 15,
                    random.nextDouble() * 40,
                    random.nextDouble() * 40);
            List<Boolean> expected = new ArrayList<>();
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    double u = (x + 0.5 - box.x()) / box.width();
                    double v = (y + 0.5 - box.y()) / box.height();
                    boolean inBox = u >= 0 && u < 1 && v >= 0 && v < 1;
                    expected.add(inBox && bilinear(soft, size, u * size - 0.5, v * size - 0.5) >= 0.5f);
                }
            }
            assertThat(pixels(SoftMask.paste(soft, size, box, height, width, 0.5f)))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyPixelIsThatOfTheMaskStretchedColumnByColumnToTheBit(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 60; trial++) {
            int size = 1 + random.nextInt(trial % 7 == 0 ? 140 : 40);
            float threshold = trial % 3 == 0 ? 0.5f : random.nextFloat();
            float[] soft = noise(random, size * size);
            for (int i = 0; i < soft.length; i++) {
                soft[i] = switch (trial % 6) {
                    case 0 -> Math.round(soft[i] * 4) / 4f;
                    case 1 -> threshold + (soft[i] - 0.5f) * 0x1p-22f;
                    case 2 -> soft[i] < 0.02f ? Float.NaN : soft[i] < 0.04f ? Float.POSITIVE_INFINITY : soft[i];
                    case 3 -> (soft[i] - 0.4f) * 1e30f;
                    case 4 -> soft[i] < 0.6f ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
                    default -> soft[i];
                };
            }
            int height = 1 + random.nextInt(400);
            int width = 1 + random.nextInt(400);
            int x1 = random.nextInt(500) - 200;
            int y1 = random.nextInt(500) - 200;
            int columns = 1 + random.nextInt(700);
            int rows = 1 + random.nextInt(700);
            boolean[] expected = new boolean[height * width];
            SoftMask mask = new SoftMask(soft, 0, size);
            BilinearAxis across = BilinearAxis.resize(size, columns);
            BilinearAxis down = BilinearAxis.resize(size, rows);
            float[] column = new float[rows];
            for (int x = 0; x < columns; x++) {
                mask.computeColumn(across, down, x, column);
                for (int y = 0; y < rows; y++) {
                    if (x1 + x >= 0 && x1 + x < width && y1 + y >= 0 && y1 + y < height) {
                        expected[(x1 + x) * height + y1 + y] = column[y] >= threshold;
                    }
                }
            }
            Mask pasted = SoftMask.paste(soft, size, x1, y1, x1 + columns - 1, y1 + rows - 1, height, width, threshold);
            boolean[] actual = new boolean[height * width];
            int position = 0;
            for (int i = 0; i < pasted.runCount(); i++) {
                Arrays.fill(actual, position, position + pasted.run(i), (i & 1) == 1);
                position += pasted.run(i);
                assertThat(i == 0 || pasted.run(i) > 0).isTrue();
            }
            assertThat(actual).as("trial %s", trial).isEqualTo(expected);
        }
    }

    @Test
    void anImageWithTooManyPixelsIsRefused() {
        assertThatThrownBy(() -> SoftMask.paste(new float[] {1}, 1, 0, 0, 9, 9, 65536, 65536, 0.4f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mask size must be within 0 .. 2^31 - 1 px, got 65536 x 65536");
        assertThatThrownBy(() -> SoftMask.paste(new float[] {1}, 1, -9, -9, -1, -1, 65536, 65536, 0.4f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mask size must be within 0 .. 2^31 - 1 px, got 65536 x 65536");
    }

    @Test
    void aContinuousBoxThatEndsBetweenPixelsIsOneOfInclusiveCorners() {
        Random random = new Random(1);
        float[] soft = noise(random, 49);

        assertThat(SoftMask.paste(soft, 7, Box.ofInclusiveCorners(-3, 2, 11, 8), 10, 20, 0.5f))
                .isEqualTo(SoftMask.paste(soft, 7, -3, 2, 11, 8, 10, 20, 0.5f));
        assertThat(SoftMask.paste(soft, 7, new Box(2.6, 2, 0.8, 4), 10, 20, 0f)).isEqualTo(Mask.ofRuns(10, 20, 200));
        assertThat(SoftMask.paste(soft, 7, new Box(1e300, 2, 1e300, 4), 10, 20, 0f))
                .isEqualTo(Mask.ofRuns(10, 20, 200));
    }

    @Test
    void aWholeImageMaskIsCutAtTheThreshold() {
        float[] soft = {0.5f, 0.4f, 0.9f, 0.1f, 0.6f, 0.5f};

        assertThat(SoftMask.cut(soft, 2, 3, 0.5f)).isEqualTo(Mask.ofRuns(2, 3, 0, 1, 2, 3));
        assertThat(SoftMask.cut(soft, 2, 3, 0.95f)).isEqualTo(Mask.ofRuns(2, 3, 6));
        assertThat(SoftMask.cut(new float[0], 3, 0, 0.5f)).isEqualTo(Mask.ofRuns(3, 0));
        assertThatThrownBy(() -> SoftMask.cut(soft, 3, 3, 0.5f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mask of 3 x 3 px cannot have 6 probabilities");
    }

    private static float[] noise(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    @Test
    void aFullMaskOverTheWholeImageIsOneRun() {
        assertThat(SoftMask.paste(new float[] {1}, 1, 0, 0, 4, 3, 4, 5, 0.4f)).isEqualTo(Mask.ofRuns(4, 5, 0, 20));
        assertThat(SoftMask.paste(new float[] {1}, 1, -9, -9, 40, 30, 4, 5, 0.4f))
                .isEqualTo(Mask.ofRuns(4, 5, 0, 20));
    }

    @Test
    void aBoxBesideTheImageLeavesItEmpty() {
        assertThat(SoftMask.paste(new float[] {1}, 1, 5, 0, 9, 3, 4, 5, 0.4f)).isEqualTo(Mask.ofRuns(4, 5, 20));
        assertThat(SoftMask.paste(new float[] {1}, 1, 0, -7, 4, -1, 4, 5, 0.4f)).isEqualTo(Mask.ofRuns(4, 5, 20));
    }

    @Test
    void aProbabilityAtTheThresholdIsForeground() {
        assertThat(SoftMask.paste(new float[] {0.4f}, 1, 1, 1, 1, 1, 2, 2, 0.4f))
                .isEqualTo(Mask.ofRuns(2, 2, 3, 1));
        assertThat(SoftMask.paste(new float[] {0.39f}, 1, 1, 1, 1, 1, 2, 2, 0.4f))
                .isEqualTo(Mask.ofRuns(2, 2, 4));
    }

    @Test
    void aBoxWhoseCornersAreSwappedIsRefused() {
        assertThatThrownBy(() -> SoftMask.paste(new float[] {1}, 1, 3, 0, 2, 1, 4, 4, 0.4f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("box (3, 0, 2, 1) is empty; its last column and row must not lie before the first");
    }

    @Test
    void anArrayTooShortForTheMaskIsRefused() {
        assertThatThrownBy(() -> new SoftMask(new float[10], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no 3 x 3 mask starts at index 2 of 10 probabilities");
    }

    /** All but the last two would be kept in one of two places. */
    @ParameterizedTest
    @CsvSource({"5, 40", "28, 40", "40, 28", "40, 5", "40, 40", "28, 1025", "1025, 28"})
    void anAxisIsTheOneAskedForWhicheverCameBefore(int from, int to) {
        for (int other : new int[] {1, 5, 28, 39, 40}) {
            BilinearAxis.resize(other, 40);
            BilinearAxis.resize(40, other);
            BilinearAxis axis = BilinearAxis.resize(from, to);
            assertThat(axis.count()).isEqualTo(to);
            assertThat(axis.first(from)).isEqualTo(to);
            for (int i = 0; i < to; i++) {
                double position = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
                assertThat(axis.low(i)).isEqualTo((int) position);
                assertThat(axis.weight(i)).isEqualTo(position - (int) position);
            }
        }
    }

    @Test
    void aWindowBeyondTheAxisIsRefused() {
        assertThatThrownBy(() -> BilinearAxis.window(3, 10, 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot take samples 1 to 10 of an axis resized from 3 to 10 px");
        assertThatThrownBy(() -> BilinearAxis.window(3, 10, 8, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot take samples 8 to 10 of an axis resized from 3 to 10 px");
    }

    /** The mask at a point, pixel i centred on coordinate i; outside, the border goes on for ever. */
    private static float bilinear(float[] soft, int size, double x, double y) {
        double sum = 0;
        for (int row = (int) Math.floor(y); row <= (int) Math.floor(y) + 1; row++) {
            for (int column = (int) Math.floor(x); column <= (int) Math.floor(x) + 1; column++) {
                double share = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
                sum += share * soft[clamp(row, size) * size + clamp(column, size)];
            }
        }
        return (float) sum;
    }

    private static int clamp(int i, int size) {
        return Math.min(Math.max(i, 0), size - 1);
    }

    private static List<Boolean> pixels(Mask mask) {
        List<Boolean> pixels = new ArrayList<>();
        for (int i = 0; i < mask.runCount(); i++) {
            for (int k = 0; k < mask.run(i); k++) {
                pixels.add((i & 1) == 1);
            }
        }
        return pixels;
    }
}
