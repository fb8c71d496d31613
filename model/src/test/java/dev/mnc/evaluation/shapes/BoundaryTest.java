package dev.mnc.evaluation.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.geometry.Polygon;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at every pixel's neighbourhood is the oracle. */
class BoundaryTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void boundaryIsWhatErosionTakesAway(int seed) {
        Random random = new Random(seed);
        int height = 30 + random.nextInt(90);
        int width = 30 + random.nextInt(90);
        Mask mask = polygon(random, height, width).toMask(height, width);
        boolean[] inside = pixels(mask);
        boolean[] boundary = new boolean[inside.length];
        int[] ends = Boundary.of(clean(mask));
        for (int i = 0; i < ends.length; i += 2) {
            for (int p = ends[i]; p < ends[i + 1]; p++) {
                boundary[p] = true;
            }
        }

        int distance = Boundary.distance(height, width);
        for (int p = 0; p < inside.length; p++) {
            assertThat(boundary[p])
                    .as("pixel %d", p)
                    .isEqualTo(inside[p] && nearOutside(inside, p, height, width, distance));
        }
    }

    @Test
    void distanceIsTwoPercentOfTheDiagonalAndAtLeastOnePixel() {
        assertThat(Boundary.distance(480, 640)).isEqualTo(16);
        assertThat(Boundary.distance(3, 4)).isEqualTo(1);
        // 2.5 and 3.5 go to the even neighbour.
        assertThat(Boundary.distance(75, 100)).isEqualTo(2);
        assertThat(Boundary.distance(105, 140)).isEqualTo(4);
    }

    @Test
    void overlapIsTheSmallerOfMasksAndBoundaries() {
        Shapes found = new Shapes(Compat.NONE);
        Shapes truth = new Shapes(Compat.NONE);
        Mask large = Polygon.ofBox(new Box(10, 10, 60, 60)).toMask(100, 100);
        Mask moved = Polygon.ofBox(new Box(14, 10, 60, 60)).toMask(100, 100);
        found.finish(found.addMask(large), IouType.BOUNDARY);
        truth.finish(truth.addMask(moved), IouType.BOUNDARY);

        double masks = 56 * 60 / (2 * 3600 - 56.0 * 60);
        // Frames 3 px wide: 60 by 60 less 54 by 54; both hold the rows at top and bottom, and cross two columns of the
        // other.
        double frame = 3600 - 54 * 54;
        double both = 2 * 3 * 56;

        assertThat(Boundary.distance(100, 100)).isEqualTo(3);
        assertThat(found.iou(0, truth, 0, Overlap.OBJECT))
                .isCloseTo(both / (2 * frame - both), within(1e-12))
                .isLessThan(masks);
    }

    private static Polygon polygon(Random random, int height, int width) {
        double[] ring = new double[2 * (3 + random.nextInt(8))];
        for (int i = 0; i < ring.length; i += 2) {
            ring[i] = random.nextDouble() * width;
            ring[i + 1] = random.nextDouble() * height;
        }
        return new Polygon(ring, new double[] {0, 0, width, 0, width, height / 2.0, 0, height / 2.0});
    }

    private static Mask clean(Mask mask) {
        Shapes shapes = new Shapes(Compat.NONE);
        return shapes.mask(shapes.addMask(mask));
    }

    private static boolean[] pixels(Mask mask) {
        boolean[] inside = new boolean[mask.height() * mask.width()];
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            for (int k = 0; k < mask.run(i); k++) {
                inside[position++] = (i & 1) == 1;
            }
        }
        return inside;
    }

    private static boolean nearOutside(boolean[] inside, int pixel, int height, int width, int distance) {
        int column = pixel / height;
        int row = pixel % height;
        for (int x = column - distance; x <= column + distance; x++) {
            for (int y = row - distance; y <= row + distance; y++) {
                if (x < 0 || y < 0 || x >= width || y >= height || !inside[x * height + y]) {
                    return true;
                }
            }
        }
        return false;
    }
}
