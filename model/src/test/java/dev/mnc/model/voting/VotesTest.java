package dev.mnc.model.voting;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mnc.model.voting.MaskVoting.Candidates;
import dev.mnc.model.voting.Votes.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VotesTest {

    private static Candidates boxes(float... corners) {
        int count = corners.length / 4;
        return new Candidates(2, 1, corners, new float[2 * count], new float[count], 20, 30);
    }

    private static Window around(Candidates candidates, int... voters) {
        Votes.Edge edge = (voter, corner) -> (int) candidates.corner(voter, corner);
        return Window.around(candidates, voters, edge, edge);
    }

    @Test
    void windowEnclosesTheBoxesOfTheVotersAlone() {
        Candidates candidates = boxes(5, 7, 9, 8, 0, 0, 29, 19, 3, 8, 6, 12);

        Window window = around(candidates, 0, 2);

        assertThat(window).isEqualTo(new Window(3, 7, 7, 6));
        assertThat(window.right()).isEqualTo(9);
        assertThat(window.bottom()).isEqualTo(12);
    }

    @Test
    void windowEndsWithTheImage() {
        assertThat(around(boxes(-4, -5, 40, 50), 0)).isEqualTo(new Window(0, 0, 30, 20));
        assertThat(around(boxes(-4, -5, 30, 20), 0)).isEqualTo(new Window(0, 0, 30, 20));
        assertThat(around(boxes(29, 19, 29, 19), 0)).isEqualTo(new Window(29, 19, 1, 1));
    }

    @Test
    void windowOfBoxesBesideTheImageIsEmpty() {
        Window before = around(boxes(-9, -9, -1, -1), 0);
        Window behind = around(boxes(40, 40, 45, 45), 0);

        assertThat(before.columns()).isZero();
        assertThat(before.rows()).isZero();
        assertThat(behind.columns()).isZero();
        assertThat(behind.rows()).isZero();
    }

    @Test
    void centreIsThePixelBehindTheMiddle() {
        assertThat(Votes.centre(boxes())).containsExactly(15, 10, 15, 10);
        assertThat(Votes.centre(new Candidates(2, 1, new float[0], new float[0], new float[0], 5, 7)))
                .containsExactly(3, 2, 3, 2);
    }

    static Stream<Arguments> boxesBesideTheImage() {
        return Stream.of(
                arguments(-6, 2, -1, 5),
                arguments(-7, 2, -2, 5),
                arguments(30, 2, 33, 5),
                arguments(2, -6, 5, -1),
                arguments(2, 20, 5, 25),
                arguments(2, 25, 5, 30));
    }

    @ParameterizedTest
    @MethodSource("boxesBesideTheImage")
    void candidateBesideTheImageHasNoBallot(float x1, float y1, float x2, float y2) {
        assertThat(new BinarisedMasks(boxes(x1, y1, x2, y2), 0.5f).of(0)).isNull();
    }

    @Test
    void ballotIsWorkedOutOnceAndCoversThePartOfTheBoxInsideTheImage() {
        Candidates candidates =
                new Candidates(2, 1, new float[] {-2.4f, 15.6f, 3.5f, 22.4f}, new float[2], new float[] {1}, 20, 30);
        BinarisedMasks masks = new BinarisedMasks(candidates, 0.5f);
        BinarisedMasks.Ballot ballot = requireNonNull(masks.of(0));

        assertThat(ballot).isSameAs(masks.of(0));
        assertThat(ballot.box()).isEqualTo(new Window(0, 16, 5, 4));
        assertThat(ballot.reach()).containsExactly(0, 0, 4, 3);
        assertThat(ballot.reachesColumn(4)).isTrue();
        assertThat(ballot.reachesColumn(5)).isFalse();
        assertThat(ballot.reachesColumn(-1)).isFalse();
        assertThat(ballot.reachesRow(15)).isFalse();
        assertThat(ballot.reachesRow(16)).isTrue();
        assertThat(ballot.reachesRow(19)).isTrue();
        assertThat(ballot.reachesRow(20)).isFalse();
    }
}
