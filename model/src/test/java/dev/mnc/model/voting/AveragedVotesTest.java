package dev.mnc.model.voting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mnc.model.voting.MaskVoting.Candidates;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** One voter whose mask is the same everywhere, so that every number can be worked out by hand. */
class AveragedVotesTest {

    private static AveragedVotes votes(float probability, float threshold, int height, int width, float... box) {
        float[] mask = new float[16];
        Arrays.fill(mask, probability);
        Candidates candidates = new Candidates(2, 4, box, new float[2], mask, height, width);
        return new AveragedVotes(candidates, new int[] {0}, new double[] {1}, threshold);
    }

    @Test
    void boxOfAFullMaskIsTheVotersBox() {
        assertThat(votes(1, 0.5f, 10, 12, 2, 3, 7, 5).tightBox()).containsExactly(2, 3, 7, 5);
        assertThat(votes(1, 0.5f, 10, 12, 0, 0, 0, 9).tightBox()).containsExactly(0, 0, 0, 9);
        assertThat(votes(1, 0.5f, 10, 12, 0, 0, 11, 0).tightBox()).containsExactly(0, 0, 11, 0);
    }

    @Test
    void pixelBelongsToTheBoxOnlyIfItLiesWhollyBetweenTheCorners() {
        assertThat(votes(1, 0.5f, 10, 12, 2.1f, 3.9f, 7.9f, 5.1f).tightBox()).containsExactly(3, 4, 7, 5);
    }

    @Test
    void votesThatOnlyReachTheThresholdDoNotSuffice() {
        assertThat(votes(0.5f, 0.5f, 10, 12, 2, 3, 7, 5).tightBox()).containsExactly(6, 5, 6, 5);
        assertThat(votes(Math.nextUp(0.5f), 0.5f, 10, 12, 2, 3, 7, 5).tightBox())
                .containsExactly(2, 3, 7, 5);
    }

    /** Columns and rows lie at 2, 2.5, 3 and 3.5; beyond 3 there are no votes. */
    @Test
    void squareBlendsWithWhatLiesBehindTheVoters() {
        float[] expected = {1, 1, 1, 0.5f, 1, 1, 1, 0.5f, 1, 1, 1, 0.5f, 0.5f, 0.5f, 0.5f, 0.25f};
        assertThat(votes(1, 0.5f, 10, 12, 2, 2, 3, 3).resized(new int[] {2, 2, 3, 3}))
                .containsExactly(expected);
    }

    @Test
    void squareBlendsWithWhatLiesBeforeTheVoters() {
        float[] expected = {
            0, 0, 0, 0,
            0, 0.25f, 0.5f, 0.5f,
            0, 0.5f, 1, 1,
            0, 0.5f, 1, 1
        };
        assertThat(votes(1, 0.5f, 10, 12, 2, 2, 4, 4).resized(new int[] {1, 1, 2, 2}))
                .containsExactly(expected);
    }

    @Test
    void lastColumnAndRowOfTheImageAreNotBlended() {
        float[] lastColumn = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5f, 0.5f, 1, 1};
        assertThat(votes(1, 0.5f, 10, 4, 2, 2, 3, 3).resized(new int[] {2, 2, 3, 3}))
                .containsExactly(lastColumn);
        float[] lastRow = {1, 1, 1, 0.5f, 1, 1, 1, 0.5f, 1, 1, 1, 1, 1, 1, 1, 1};
        assertThat(votes(1, 0.5f, 4, 12, 2, 2, 3, 3).resized(new int[] {2, 2, 3, 3}))
                .containsExactly(lastRow);
    }
}
