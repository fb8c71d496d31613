package dev.mnc.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** 100,000 random soft masks against {@code pasted/reference.py}, whose functions bear the same names. */
@Tag("fuzz")
class PastedMasksTest {

    private static final int MASKS = 100_000;
    private static final int[] SIZES = {1, 2, 3, 7, 14, 21, 28};
    private static final float[] THRESHOLDS = {0.5f, 0.4f, 0.375f, 0.25f, 0, 1, 0.999f, 1e-6f};

    @Test
    void aHundredThousandMasksAreEncodedAsPycocotoolsEncodesThePastedImages()
            throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int number = 0; number < MASKS; number++) {
            digest.update(line(number).getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream expected =
                Objects.requireNonNull(PastedMasksTest.class.getResourceAsStream("/pasted/digest.txt"))) {
            assertThat(HexFormat.of().formatHex(digest.digest()))
                    .isEqualTo(new String(expected.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    private static String line(int number) {
        SplitMix random = new SplitMix(number);
        int size = SIZES[random.below(SIZES.length)];
        int height = 1 + random.below(90);
        int width = 1 + random.below(90);
        float threshold = THRESHOLDS[random.below(THRESHOLDS.length)];
        int[] x = side(random, width);
        int[] y = side(random, height);
        float[] soft = softMask(random, size, threshold);
        Mask mask = SoftMask.paste(soft, size, x[0], y[0], x[1], y[1], height, width, threshold);
        Box box = mask.boundingBox();
        return mask.toCoco() + " " + mask.area() + " " + (int) box.x() + " " + (int) box.y() + " " + (int) box.width()
                + " " + (int) box.height() + "\n";
    }

    private static int[] side(SplitMix random, int length) {
        int kind = random.below(4);
        if (kind == 0) {
            return new int[] {0, length - 1};
        }
        int first = random.below(length + 60) - 40;
        return switch (kind) {
            case 1 -> new int[] {first, first};
            case 2 -> new int[] {first, first + random.below(2 * length)};
            default -> new int[] {-random.below(9), length + random.below(9)};
        };
    }

    private static float[] softMask(SplitMix random, int size, float threshold) {
        int kind = random.below(6);
        double[] noise = new double[size * size];
        Arrays.setAll(noise, i -> random.share());
        boolean atThreshold = kind == 4 && random.below(2) == 0;
        float[] soft = new float[size * size];
        for (int i = 0; i < soft.length; i++) {
            int row = i / size;
            double x = 2.0 * (i % size) / size - 1;
            double y = 2.0 * row / size - 1;
            soft[i] = (float)
                    switch (kind) {
                        case 0 -> noise[i];
                        case 1 -> 1.25 - x * x - y * y + (noise[i] - 0.5) * 0.5;
                        case 2 -> Math.floor(noise[i] * 9) / 8;
                        case 3 -> Math.floor(noise[i] * 2);
                        case 4 -> atThreshold ? threshold : noise[0];
                        default -> threshold + (noise[i] - 0.5) * 0x1p-22;
                    };
        }
        return soft;
    }

    /** SplitMix64. */
    private static final class SplitMix {

        private long state;

        SplitMix(long seed) {
            state = seed;
        }

        long next() {
            state += 0x9E3779B97F4A7C15L;
            long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }

        int below(int limit) {
            return (int) Long.remainderUnsigned(next(), limit);
        }

        /** A multiple of 2^-24 in [0, 1). */
        double share() {
            return (next() >>> 40) * 0x1p-24;
        }
    }
}
