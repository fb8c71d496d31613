package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mnc.model.voting.VotingSettings.Flavour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VotingSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-0.1 | 0.5 | 0.4 | 100 | 0   | suppression IoU must lie in [0, 1], got -0.1",
                "1.1  | 0.5 | 0.4 | 100 | 0   | suppression IoU must lie in [0, 1], got 1.1",
                "NaN  | 0.5 | 0.4 | 100 | 0   | suppression IoU must lie in [0, 1], got NaN",
                "0.3  | 1.5 | 0.4 | 100 | 0   | voter IoU must lie in [0, 1], got 1.5",
                "0.3  | 0.5 | 0.4 | 100 | -1  | minimum score must lie in [0, 1], got -1.0",
                "0.3  | 0.5 | 0   | 100 | 0   | mask threshold must lie in (0, 1), got 0.0",
                "0.3  | 0.5 | 1   | 100 | 0   | mask threshold must lie in (0, 1), got 1.0",
                "0.3  | 0.5 | NaN | 100 | 0   | mask threshold must lie in (0, 1), got NaN",
                "0.3  | 0.5 | 0.4 | 0   | 0   | instances per image must be >= 1, got 0"
            })
    void settingsOutsideTheirBoundsAreRefused(
            float nmsIou, float voterIou, float binarise, int perImage, float minScore, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VotingSettings(nmsIou, voterIou, binarise, perImage, minScore, Flavour.AVERAGED))
                .withMessage(message);
    }

    @Test
    void boundsThemselvesAreLegal() {
        VotingSettings least = new VotingSettings(0, 0, Float.MIN_VALUE, 1, 0, Flavour.AVERAGED);
        VotingSettings most = new VotingSettings(1, 1, Math.nextDown(1f), 1, 1, Flavour.AVERAGED);

        assertThat(least.perImage()).isEqualTo(1);
        assertThat(most.nmsIou()).isEqualTo(1);
    }

    @Test
    void oneSettingIsChangedAndTheOthersStay() {
        assertThat(VotingSettings.PAPER.withFlavour(Flavour.AVERAGED))
                .isEqualTo(new VotingSettings(0.3f, 0.5f, 0.4f, 100, 0, Flavour.AVERAGED));
        assertThat(VotingSettings.PAPER.withMinScore(0.25f))
                .isEqualTo(new VotingSettings(0.3f, 0.5f, 0.4f, 100, 0.25f, Flavour.BINARISED));
    }
}
