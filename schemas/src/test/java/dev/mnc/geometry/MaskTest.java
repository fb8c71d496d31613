package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyMeasureEqualsPixelCounting(long seed) {
        Random random = new Random(seed);
        int height = 1 + random.nextInt(12);
        int width = 1 + random.nextInt(12);
        for (int i = 0; i < 50; i++) {
            boolean[][] a = pixels(random, height, width);
            boolean[][] b = pixels(random, height, width);
            Mask maskA = withEmptyRuns(random, ofPixels(a));
            Mask maskB = withEmptyRuns(random, ofPixels(b));
            long both = count(a, b, true);
            long either = count(a, b, false);

            assertThat(pixelsOf(maskA)).isDeepEqualTo(a);
            assertThat(maskA.area()).isEqualTo(count(a, a, true));
            assertThat(maskA.boundingBox()).isEqualTo(boxOf(a));
            assertThat(maskA.intersectionArea(maskB)).isEqualTo(both);
            assertThat(maskA.union(maskB)).isEqualTo(ofPixels(or(a, b)));
            assertThat(maskA.iou(maskB, Overlap.OBJECT)).isEqualTo(both == 0 ? 0 : (double) both / either);
            assertThat(maskA.iou(maskB, Overlap.CROWD)).isEqualTo(both == 0 ? 0 : (double) both / maskA.area());
            assertThat(Mask.ofCoco(height, width, maskA.toCoco())).isEqualTo(maskA);
        }
    }

    @Test
    void longRunsAndFallingRunsSurviveTheTextForm() {
        Mask mask = Mask.ofRuns(4000, 5000, 0, 12_345_678, 1, 16, 15, 1_000_000, 40, 6_654_250);

        assertThat(Mask.ofCoco(4000, 5000, mask.toCoco())).isEqualTo(mask);
    }

    @Test
    void textFormIsTheOneOfPycocotools() {
        Mask mask = Mask.ofRuns(10, 10, 22, 4, 6, 4, 6, 4, 6, 4, 44);

        assertThat(mask.toCoco()).isEqualTo("f04600000V1");
        assertThat(Mask.ofCoco(10, 10, "f04600000V1")).isEqualTo(mask);
    }

    @Test
    void identicalMasksWithEmptyRunsOverlapFully() {
        Mask mask = Mask.ofRuns(10, 10, 0, 0, 22, 4, 6, 0, 0, 4, 6, 4, 6, 4, 44);

        assertThat(mask.iou(mask, Overlap.OBJECT)).isEqualTo(1);
    }

    @Test
    void maskWithoutPixelsHasAnEmptyBoxAndOverlapsNothing() {
        Mask none = Mask.ofRuns(3, 4, 12);

        assertThat(none.boundingBox()).isEqualTo(new Box(0, 0, 0, 0));
        assertThat(none.iou(none, Overlap.OBJECT)).isZero();
        assertThat(Mask.ofRuns(0, 0).boundingBox()).isEqualTo(new Box(0, 0, 0, 0));
    }

    @Test
    void runsMustCoverTheImage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofRuns(10, 10, 22, 4, 34))
                .withMessage("runs cover 60 px, but the image is 10 x 10 (height x width) = 100 px");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofRuns(10, 10, 110, -10))
                .withMessage("run 1 of the mask is -10; run lengths must be >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofRuns(65536, 65536, 1))
                .withMessage("mask size must be within 0 .. 2^31 - 1 px, got 65536 x 65536");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f0/1 | run-length text has the character '/' (code 47) at position 2; legal are '0' to 'o'",
                "f0p1 | run-length text has the character 'p' (code 112) at position 2; legal are '0' to 'o'",
                "oooooooo | run-length text has a count longer than 7 characters at position 7",
                "f0f | run-length text ends inside count 1",
                "O4 | run 0 of the mask is -1; run lengths must be >= 0",
                "f04 | runs cover 26 px, but the image is 10 x 10 (height x width) = 100 px"
            })
    void malformedTextIsRefusedWithItsPlace(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofCoco(10, 10, text))
                .withMessage(message);
    }

    @Test
    void imagesMayHaveNoPixelsOrTheMost() {
        Mask none = Mask.ofRuns(0, 0);
        assertThat(none.toCoco()).isEmpty();
        assertThat(none.union(none).area()).isZero();
        assertThat(none.iou(none, Overlap.OBJECT)).isZero();
        assertThat(Mask.ofRuns(0, 5, 0).boundingBox()).isEqualTo(new Box(0, 0, 0, 0));

        Mask most = Mask.ofRuns(Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        assertThat(Mask.ofCoco(Integer.MAX_VALUE, 1, most.toCoco())).isEqualTo(most);
        assertThat(Mask.ofRuns(1, Integer.MAX_VALUE, 0, Integer.MAX_VALUE).area())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void masksAreEqualIfSizeAndRunsAre() {
        Mask mask = Mask.ofRuns(2, 3, 1, 2, 3);

        assertThat(mask).isEqualTo(Mask.ofRuns(2, 3, 1, 2, 3)).hasSameHashCodeAs(Mask.ofRuns(2, 3, 1, 2, 3));
        assertThat(mask).isNotEqualTo(Mask.ofRuns(3, 2, 1, 2, 3));
        assertThat(mask).isNotEqualTo(Mask.ofRuns(2, 3, 1, 3, 2));
        assertThat(Mask.ofRuns(2, 0, 0)).isNotEqualTo(Mask.ofRuns(0, 0, 0));
        assertThat(Mask.ofRuns(0, 2, 0)).isNotEqualTo(Mask.ofRuns(0, 0, 0));
        assertThat(mask).isNotEqualTo("mask");
        assertThat(mask.hashCode()).isNotEqualTo(Mask.ofRuns(2, 3, 1, 3, 2).hashCode());
        assertThat(mask).hasToString("Mask[2 x 3 px, 3 runs, area 2 px]");
    }

    @Test
    void masksOfDifferentImagesAreNotCombined() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofRuns(2, 3, 6).intersectionArea(Mask.ofRuns(2, 4, 8)))
                .withMessage("cannot combine a 2 x 3 mask with a 2 x 4 mask");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.ofRuns(2, 3, 6).union(Mask.ofRuns(3, 2, 6)))
                .withMessage("cannot combine a 2 x 3 mask with a 3 x 2 mask");
    }

    private static boolean[][] pixels(Random random, int height, int width) {
        double density = random.nextDouble();
        boolean[][] pixels = new boolean[width][height];
        for (boolean[] column : pixels) {
            for (int y = 0; y < height; y++) {
                column[y] = random.nextDouble() < density;
            }
        }
        return pixels;
    }

    /** The fewest runs that hold the pixels; [x][y] is the order of the runs. */
    private static Mask ofPixels(boolean[][] pixels) {
        int[] runs = new int[pixels.length * pixels[0].length + 1];
        int last = 0;
        for (boolean[] column : pixels) {
            for (boolean pixel : column) {
                if (pixel != ((last & 1) == 1)) {
                    last++;
                }
                runs[last]++;
            }
        }
        return Mask.ofRuns(pixels[0].length, pixels.length, Arrays.copyOf(runs, last + 1));
    }

    private static Mask withEmptyRuns(Random random, Mask mask) {
        int[] runs = new int[mask.runCount() + 2];
        int cut = random.nextInt(mask.runCount());
        for (int i = 0; i <= cut; i++) {
            runs[i] = mask.run(i);
        }
        int part = random.nextInt(mask.run(cut) + 1);
        runs[cut] = part;
        runs[cut + 2] = mask.run(cut) - part;
        for (int i = cut + 1; i < mask.runCount(); i++) {
            runs[i + 2] = mask.run(i);
        }
        return Mask.ofRuns(mask.height(), mask.width(), runs);
    }

    private static boolean[][] pixelsOf(Mask mask) {
        boolean[][] pixels = new boolean[mask.width()][mask.height()];
        int position = 0;
        for (int i = 0; i < mask.runCount(); i++) {
            for (int n = 0; n < mask.run(i); n++, position++) {
                pixels[position / mask.height()][position % mask.height()] = i % 2 == 1;
            }
        }
        return pixels;
    }

    private static boolean[][] or(boolean[][] a, boolean[][] b) {
        boolean[][] or = new boolean[a.length][a[0].length];
        for (int x = 0; x < a.length; x++) {
            for (int y = 0; y < a[0].length; y++) {
                or[x][y] = a[x][y] || b[x][y];
            }
        }
        return or;
    }

    private static long count(boolean[][] a, boolean[][] b, boolean both) {
        long count = 0;
        for (int x = 0; x < a.length; x++) {
            for (int y = 0; y < a[0].length; y++) {
                count += (both ? a[x][y] && b[x][y] : a[x][y] || b[x][y]) ? 1 : 0;
            }
        }
        return count;
    }

    private static Box boxOf(boolean[][] pixels) {
        int left = Integer.MAX_VALUE;
        int top = Integer.MAX_VALUE;
        int right = -1;
        int bottom = -1;
        for (int x = 0; x < pixels.length; x++) {
            for (int y = 0; y < pixels[0].length; y++) {
                if (pixels[x][y]) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                }
            }
        }
        return right < 0 ? new Box(0, 0, 0, 0) : new Box(left, top, right - left + 1, bottom - top + 1);
    }
}
