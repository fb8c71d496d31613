package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.evaluation.bootstrap.Difference.Verdict;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {

    /** 0, 1 .. 40, and replicates without the number. */
    private static final double[] VALUES = IntStream.rangeClosed(-1, 41)
            .mapToDouble(i -> i < 0 || i > 40 ? Double.NaN : i)
            .toArray();

    @Test
    void basicIntervalMirrorsTheReplicatesAtTheNumber() {
        Interval interval = requireNonNull(Interval.of(15, VALUES));

        assertThat(interval.replicates()).isEqualTo(41);
        assertThat(interval.mean()).isEqualTo(20);
        assertThat(interval.low()).isEqualTo(2 * 15 - 39);
        assertThat(interval.high()).isEqualTo(2 * 15 - 1);
        assertThat(interval.standardError()).isEqualTo(Math.sqrt(41 * 42 / 12.0));
    }

    @Test
    void thereIsNoneOfFewerThanTwoReplicates() {
        assertThat(Interval.of(1, new double[] {1, Double.NaN})).isNull();
        assertThat(Interval.of(1, new double[0])).isNull();
        assertThat(Interval.of(1, new double[] {1, 1})).isEqualTo(new Interval(0, 1, 1, 1, 2));
    }

    @Test
    void quantilesLieBetweenTheNearestValues() {
        double[] sorted = {1, 2, 4};

        assertThat(Interval.quantile(sorted, 0)).isEqualTo(1);
        assertThat(Interval.quantile(sorted, 0.25)).isEqualTo(1.5);
        assertThat(Interval.quantile(sorted, 0.75)).isEqualTo(3);
        assertThat(Interval.quantile(sorted, 1)).isEqualTo(4);
        assertThatThrownBy(() -> Interval.quantile(sorted, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a quantile's share must be in [0, 1], got 1.5");
    }

    @Test
    void differencesAreTakenReplicateByReplicate() {
        Difference difference =
                Difference.of(0.5, 0.52, new double[] {0.4, 0.6, Double.NaN, 0.5}, new double[] {0.41, 0.63, 0.5, 0.5});

        assertThat(difference.value()).isCloseTo(0.02, within(1e-15));
        assertThat(difference.aboveShare()).isEqualTo(2.5 / 3);
        Interval interval = requireNonNull(difference.interval());
        assertThat(interval.replicates()).isEqualTo(3);
        assertThat(interval.high()).isCloseTo(0.04 - 0.0005, within(1e-12));
        assertThat(interval.low()).isCloseTo(0.04 - 0.029, within(1e-12));
        assertThat(difference.verdict()).isEqualTo(Verdict.B_BETTER);
        assertThat(Difference.of(0.52, 0.5, new double[] {0.41, 0.63}, new double[] {0.4, 0.6})
                        .verdict())
                .isEqualTo(Verdict.A_BETTER);
        assertThat(Difference.of(0.52, 0.5, new double[] {0.41, 0.6}, new double[] {0.36, 0.63})
                        .verdict())
                .isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void nothingIsSaidWhereReplicatesDoNotDiffer() {
        Difference difference = Difference.of(0.5, 0.7, new double[] {0.5, 0.5}, new double[] {0.7, 0.7});

        assertThat(difference.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(difference.chance()).isEqualTo(1);
    }

    @Test
    void runsHaveTheSameReplicates() {
        assertThatThrownBy(() -> Difference.of(0, 0, new double[1], new double[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("runs are compared in the same replicates, got 1 and 2");
    }

    @Test
    void chancesAreThoseOfTheNormalDistribution() {
        // Python: math.erfc(x)
        assertThat(Difference.complementaryError(0)).isCloseTo(1, within(2e-7));
        assertThat(Difference.complementaryError(3 / Math.sqrt(2))).isCloseTo(0.0026997960632601913, within(3e-9));
        assertThat(Difference.complementaryError(10 / Math.sqrt(2))).isCloseTo(1.5239706048321186e-23, within(2e-30));
        Interval interval = new Interval(0.004, 0, 0, 0, 100);
        assertThat(new Difference(0.5, 0.488, interval, 0).chance()).isCloseTo(0.0026997960632601913, within(3e-9));
    }

    @Test
    void holmMultipliesByTheChancesThatAreLeftAndNeverFalls() {
        assertThat(Difference.holm(new double[] {0.04, 0.01, 0.02, 0.9})).containsExactly(0.08, 0.04, 0.06, 0.9);
        assertThat(Difference.holm(new double[] {0.03, 0.029})).containsExactly(0.058, 0.058);
        assertThat(Difference.holm(new double[] {0.6, 0.6})).containsExactly(1, 1);
    }
}
