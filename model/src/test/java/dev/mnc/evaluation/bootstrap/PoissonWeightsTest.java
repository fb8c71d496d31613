package dev.mnc.evaluation.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PoissonWeightsTest {

    private static final int IMAGES = 5000;

    private static double[] draw(PoissonWeights weights, long image) {
        double[] drawn = new double[weights.replicates()];
        weights.fill(image, 0, drawn);
        return drawn;
    }

    @Test
    void weightsArePoissonWithMeanOne() {
        PoissonWeights weights = new PoissonWeights(200, 7);
        int[] counts = new int[20];
        for (int image = 0; image < IMAGES; image++) {
            for (double weight : draw(weights, image)) {
                counts[(int) weight]++;
            }
        }

        double total = (double) IMAGES * 200;
        double probability = Math.exp(-1);
        for (int k = 0; k < 9; k++) {
            // Five standard deviations of a count.
            assertThat(counts[k] / total)
                    .as("share of %d", k)
                    .isCloseTo(probability, within(5 * Math.sqrt(probability / total) + 1e-9));
            probability /= k + 1;
        }
    }

    @Test
    void neighbouringImagesReplicatesAndSeedsHaveNothingInCommon() {
        PoissonWeights weights = new PoissonWeights(200, 7);
        double[] images = new double[3];
        double[] others = new double[3];
        for (int image = 0; image < IMAGES; image++) {
            double[] here = draw(weights, image);
            double[] next = draw(weights, image + 1);
            double[] seeded = draw(new PoissonWeights(200, 8), image);
            for (int r = 0; r + 1 < here.length; r++) {
                others[0] += (here[r] - 1) * (next[r] - 1);
                others[1] += (here[r] - 1) * (here[r + 1] - 1);
                others[2] += (here[r] - 1) * (seeded[r] - 1);
                images[0] += (here[r] - 1) * (here[r] - 1);
            }
        }

        double pairs = IMAGES * 199.0;
        assertThat(images[0] / pairs).as("variance").isCloseTo(1, within(0.01));
        for (double product : others) {
            assertThat(product / pairs).as("covariance").isCloseTo(0, within(5 / Math.sqrt(pairs)));
        }
    }

    @Test
    void partsOfTheReplicatesAreThoseOfTheWhole() {
        PoissonWeights weights = new PoissonWeights(101, 3);
        double[] all = draw(weights, -77);
        for (int first = 0; first < all.length; first++) {
            for (int end = first; end <= all.length; end++) {
                double[] part = new double[end - first];
                weights.fill(-77, first, part);
                assertThat(part).containsExactly(Arrays.copyOfRange(all, first, end));
            }
        }
    }

    @Test
    void weightsStayWhatTheyAreFromVersionToVersion() {
        assertThat(draw(new PoissonWeights(12, 0), 139)).containsExactly(FIRST);
        assertThat(draw(new PoissonWeights(12, 1), 139)).containsExactly(SECOND);
    }

    // Computed in Python, with SplitMix64 as published.
    private static final double[] FIRST = {1, 0, 0, 2, 1, 0, 0, 1, 2, 1, 3, 1};
    private static final double[] SECOND = {3, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 4};

    @Test
    void refusesASingleReplicate() {
        assertThatThrownBy(() -> new PoissonWeights(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a bootstrap needs at least 2 replicates, got 1");
    }
}
