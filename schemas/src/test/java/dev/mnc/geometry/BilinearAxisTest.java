package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BilinearAxisTest {

    /** Two pixels become five samples, at -0.3, 0.1, 0.5, 0.9 and 1.3. */
    @Test
    void samplesLieBetweenTheirNeighboursAndBordersAreRepeated() {
        BilinearAxis axis = BilinearAxis.resize(2, 5);

        int[] low = {0, 0, 0, 0, 1};
        int[] high = {1, 1, 1, 1, 1};
        double[] between = {10, 11, 15, 19, 20};
        for (int i = 0; i < 5; i++) {
            assertThat(axis.low(i)).isEqualTo(low[i]);
            assertThat(axis.high(i)).isEqualTo(high[i]);
            assertThat(axis.between(i, low[i] == 0 ? 10 : 20, 20)).isCloseTo(between[i], within(1e-12));
        }
        assertThat(axis.first(0)).isZero();
        assertThat(axis.first(1)).isEqualTo(4);
        assertThat(axis.first(2)).isEqualTo(5);
    }

    @Test
    void pickedSamplesAreThoseOfTheAxis() {
        BilinearAxis axis = BilinearAxis.resize(7, 40);
        int[] samples = {0, 3, 4, 17, 38, 39};

        BilinearAxis picked = axis.pick(samples);

        assertThat(picked.count()).isEqualTo(6);
        for (int i = 0; i < samples.length; i++) {
            assertThat(picked.low(i)).isEqualTo(axis.low(samples[i]));
            assertThat(picked.high(i)).isEqualTo(axis.high(samples[i]));
            assertThat(picked.weight(i)).isEqualTo(axis.weight(samples[i]));
        }
        for (int pixel = 0; pixel <= 7; pixel++) {
            int before = 0;
            while (before < samples.length && axis.low(samples[before]) < pixel) {
                before++;
            }
            assertThat(picked.first(pixel)).isEqualTo(before);
        }
        assertThat(axis.pick(new int[0]).count()).isZero();
    }

    /** Masks of one size are stretched to thousands of sizes, and squares shrink to one; none pushes out another. */
    @Test
    void axesUpTo1024PixelsAreComputedOnce() {
        List<BilinearAxis> axes = new ArrayList<>();
        for (int longer = 28; longer <= 1024; longer++) {
            axes.add(BilinearAxis.resize(28, longer));
            axes.add(BilinearAxis.resize(longer, 27));
        }
        int i = 0;
        for (int longer = 28; longer <= 1024; longer++) {
            assertThat(BilinearAxis.resize(28, longer)).isSameAs(axes.get(i++));
            assertThat(BilinearAxis.resize(longer, 27)).isSameAs(axes.get(i++));
        }
        assertThat(BilinearAxis.window(28, 600, 0, 600)).isSameAs(BilinearAxis.resize(28, 600));
    }

    @Test
    void firstSampleAfterAPointIsFoundWithoutASearch() {
        Random random = new Random(11);
        for (int trial = 0; trial < 400; trial++) {
            int from = 1 + random.nextInt(30);
            int to = 1 + random.nextInt(100);
            int first = random.nextInt(to);
            double low = random.nextDouble() * 20 - 10;
            double length = 1 + random.nextDouble() * 50;
            double point = random.nextDouble() * (from + 2) - 1.5;

            assertAfter(BilinearAxis.resize(from, to), from, to, 0, point);
            assertAfter(BilinearAxis.window(from, to, first, to - first), from, to, first, point);
            assertAfter(BilinearAxis.span(from, low, low + length, first, 3), from, length, first - low, point);
        }
    }

    /** Sample i lies at {@code (offset + i + 0.5) * from / to - 0.5}. */
    private static void assertAfter(BilinearAxis axis, int from, double to, double offset, double point) {
        int i = -1000;
        while ((offset + i + 0.5) * from / to - 0.5 < point) {
            i++;
        }
        assertThat(axis.after(point)).isEqualTo(i);
    }

    @Test
    void sampleThatLiesOnAPointIsTheFirstAfterIt() {
        BilinearAxis axis = BilinearAxis.resize(4, 4);

        assertThat(axis.after(2)).isEqualTo(2);
        assertThat(axis.after(2.25)).isEqualTo(3);
        assertThat(axis.after(1.75)).isEqualTo(2);
        assertThat(axis.after(0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5, 0, 5, cannot take samples 0 to 4 of an axis resized from 0 to 5 px",
        "5, 0, 0, 0, cannot take samples 0 to -1 of an axis resized from 5 to 0 px",
        "-1, 5, 0, 5, cannot take samples 0 to 4 of an axis resized from -1 to 5 px",
        "0, 5, 1, 2, cannot take samples 1 to 2 of an axis resized from 0 to 5 px",
        "5, 9, -1, 3, cannot take samples -1 to 1 of an axis resized from 5 to 9 px",
        "5, 9, 4, -1, cannot take samples 4 to 2 of an axis resized from 5 to 9 px",
        "5, 9, 4, 6, cannot take samples 4 to 9 of an axis resized from 5 to 9 px"
    })
    void windowOutsideItsAxisIsRefused(int from, int to, int first, int count, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BilinearAxis.window(from, to, first, count))
                .withMessage(message);
    }

    @Test
    void windowMayBeEmptyOrReachTheEnd() {
        assertThat(BilinearAxis.window(1, 9, 4, 0).count()).isZero();
        assertThat(BilinearAxis.window(5, 9, 4, 5).count()).isEqualTo(5);
        assertThat(BilinearAxis.window(5, 1, 1, 0).count()).isZero();
    }
}
