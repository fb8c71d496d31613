package dev.mnc.evaluation.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.evaluation.scores.Calibration.Bin;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    private record Detection(double score, boolean right) {}

    @Test
    void errorsAreThoseComputedByHand() {
        Calibration calibration = new Calibration();
        calibration.add(0.95, true);
        calibration.add(1, true);
        calibration.add(0.9, false);
        calibration.add(0.25, true);
        calibration.add(0.15, false);
        calibration.add(1.5, true);
        calibration.add(-0.1, true);
        calibration.add(Double.NaN, true);

        List<Bin> bins = calibration.bins();
        assertThat(bins).hasSize(10);
        assertThat(bins.get(9)).isEqualTo(new Bin(0.9, 1, 3, 2, (0.95 + 1 + 0.9) / 3));
        assertThat(bins.get(2)).isEqualTo(new Bin(0.2, 0.3, 1, 1, 0.25));
        assertThat(bins.get(5)).isEqualTo(new Bin(0.5, 0.6, 0, 0, -1));
        assertThat(bins.get(5).precision()).isEqualTo(-1);
        assertThat(calibration.detections()).isEqualTo(5);
        assertThat(calibration.outside()).isEqualTo(3);
        // |2/3 - 0.95| * 3/5 + |1 - 0.25| / 5 + |0 - 0.15| / 5
        assertThat(calibration.expectedError()).isCloseTo(0.17 + 0.15 + 0.03, within(1e-15));
        assertThat(calibration.maximumError()).isEqualTo(0.75);
    }

    @Test
    void withoutDetectionsThereIsNoError() {
        assertThat(new Calibration().expectedError()).isEqualTo(-1);
        assertThat(new Calibration().maximumError()).isEqualTo(-1);
    }

    /** The sum of |right - sum of scores| over bins, exact to 30 digits. */
    private static double exact(List<Detection> detections) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int bin = 0; bin < 10; bin++) {
            BigDecimal difference = BigDecimal.ZERO;
            for (Detection detection : detections) {
                if (Math.min(9, (int) Math.floor(detection.score() * 10)) == bin) {
                    difference = difference
                            .add(detection.right() ? BigDecimal.ONE : BigDecimal.ZERO)
                            .subtract(new BigDecimal(detection.score()));
                }
            }
            sum = sum.add(difference.abs());
        }
        return sum.divide(BigDecimal.valueOf(detections.size()), new MathContext(30))
                .doubleValue();
    }

    @Test
    void partsInAnyOrderGiveTheSameBitsAndTheExactError() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Detection> detections = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                double score = random.nextInt(4) == 0 ? random.nextInt(11) / 10.0 : random.nextDouble();
                detections.add(new Detection(score, random.nextDouble() < score * score));
            }
            Calibration whole = new Calibration();
            detections.forEach(detection -> whole.add(detection.score(), detection.right()));
            Collections.shuffle(detections, random);
            Calibration parts = new Calibration();
            for (int from = 0; from < 1000; from += 125) {
                Calibration part = new Calibration();
                detections.subList(from, from + 125).forEach(d -> part.add(d.score(), d.right()));
                parts.add(part);
            }

            assertThat(parts.bins()).isEqualTo(whole.bins());
            assertThat(whole.expectedError()).isCloseTo(exact(detections), within(1e-14));
            assertThat(whole.maximumError())
                    .isEqualTo(Collections.max(
                            whole.bins().stream().map(Bin::error).toList()));
        }
    }
}
