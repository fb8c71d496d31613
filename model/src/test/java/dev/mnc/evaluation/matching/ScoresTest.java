package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScoresTest {

    @Test
    void keysRiseWhereScoresFallAndNanComesLast() {
        double[] falling = {
            Double.POSITIVE_INFINITY,
            Double.MAX_VALUE,
            2,
            1,
            Math.nextDown(1.0),
            Double.MIN_VALUE,
            0,
            -Double.MIN_VALUE,
            -1,
            -2,
            -Double.MAX_VALUE,
            Double.NEGATIVE_INFINITY,
            Double.NaN
        };
        for (int i = 1; i < falling.length; i++) {
            assertThat(Scores.rankKey(falling[i]))
                    .as("%s after %s", falling[i], falling[i - 1])
                    .isGreaterThan(Scores.rankKey(falling[i - 1]));
        }
    }

    @Test
    void bothZerosHaveOneKey() {
        assertThat(Scores.rankKey(-0.0)).isEqualTo(Scores.rankKey(0.0));
    }
}
