package dev.mnc.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.geometry.Mask;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskOutlineTest {

    private static final Pattern COMMAND = Pattern.compile("M(\\d+) (\\d+)|([hv])(-?\\d+)|Z");

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.7, 0.95, 1})
    void theOutlineHoldsExactlyTheMasksPixels(double density) {
        Random random = new Random(17);
        for (int trial = 0; trial < 40; trial++) {
            int height = 1 + random.nextInt(12);
            int width = 1 + random.nextInt(12);
            boolean[] pixels = new boolean[height * width];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = random.nextDouble() < density;
            }
            Mask mask = mask(height, width, pixels);
            Drawn drawn = draw(MaskOutline.path(mask));
            for (int i = 0; i < pixels.length; i++) {
                int column = i / height;
                int row = i % height;
                assertThat(drawn.path.contains(column + 0.5, row + 0.5)).isEqualTo(pixels[i]);
            }
            assertThat(drawn.twiceArea).isEqualTo(2 * mask.area());
        }
    }

    @Test
    void aSquareIsOneLoopAndAHoleRunsTheOtherWay() {
        assertThat(MaskOutline.path(Mask.ofRuns(2, 2, 0, 4))).isEqualTo("M0 0h2v2h-2v-2Z");
        assertThat(MaskOutline.path(Mask.ofRuns(3, 3, 0, 4, 1, 4))).isEqualTo("M0 0h3v3h-3v-3ZM1 2h1v-1h-1v1Z");
    }

    @Test
    void pixelsThatTouchAtACornerAreTwoLoops() {
        assertThat(MaskOutline.path(Mask.ofRuns(2, 2, 0, 1, 2, 1))).isEqualTo("M0 0h1v1h-1v-1ZM1 1h1v1h-1v-1Z");
    }

    @Test
    void anEmptyMaskHasNoOutline() {
        assertThat(MaskOutline.path(Mask.ofRuns(3, 4, 12))).isEmpty();
        assertThat(MaskOutline.path(Mask.ofRuns(0, 0))).isEmpty();
    }

    private static Mask mask(int height, int width, boolean[] pixels) {
        int[] runs = new int[pixels.length + 1];
        int run = 0;
        boolean inside = false;
        for (boolean pixel : pixels) {
            if (pixel != inside) {
                inside = pixel;
                run++;
            }
            runs[run]++;
        }
        return Mask.ofRuns(height, width, Arrays.copyOf(runs, run + 1));
    }

    private record Drawn(Path2D path, long twiceArea) {}

    /** Reads path data back; the area is that of the shoelace formula, holes counting against it. */
    private static Drawn draw(String data) {
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        long twiceArea = 0;
        int x = 0;
        int y = 0;
        int end = 0;
        for (Matcher command = COMMAND.matcher(data); command.find(); end = command.end()) {
            assertThat(command.start()).isEqualTo(end);
            if (command.group(1) != null) {
                x = Integer.parseInt(command.group(1));
                y = Integer.parseInt(command.group(2));
                path.moveTo(x, y);
            } else if (command.group(3) != null) {
                int length = Integer.parseInt(command.group(4));
                int nextX = command.group(3).equals("h") ? x + length : x;
                int nextY = command.group(3).equals("v") ? y + length : y;
                twiceArea += (long) x * nextY - (long) nextX * y;
                x = nextX;
                y = nextY;
                path.lineTo(x, y);
            } else {
                path.closePath();
            }
        }
        assertThat(end).isEqualTo(data.length());
        return new Drawn(path, twiceArea);
    }
}
