package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.model.Golden;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnchorsTest {

    private static final Anchors PAPER = new Anchors(16, 16, List.of(0.5f, 1f, 2f), List.of(8f, 16f, 32f));

    @Test
    void theNineBoxesOfThePaperAreThoseOfTheReleasedCode() throws IOException {
        assertThat(PAPER.perCell()).isEqualTo(9);
        float[] released = {
            -84, -40, 99, 55, -176, -88, 191, 103, -360, -184, 375, 199,
            -56, -56, 71, 71, -120, -120, 135, 135, -248, -248, 263, 263,
            -36, -80, 51, 95, -80, -168, 95, 183, -168, -344, 183, 359
        };
        assertThat(PAPER.base()).containsExactly(released);
        assertThat(Golden.countedFromOne(PAPER.base()))
                .containsExactly(Golden.read("proposal.json").floats("anchors"));
    }

    @Test
    void theGridShiftsByTheStrideInTheOrderRowColumnAnchor() {
        float[] base = PAPER.base();
        float[] grid = PAPER.grid(2, 3);
        assertThat(grid).hasSize(2 * 3 * 9 * 4);
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                for (int a = 0; a < 9; a++) {
                    int at = ((y * 3 + x) * 9 + a) * 4;
                    assertThat(Arrays.copyOfRange(grid, at, at + 4))
                            .containsExactly(
                                    base[4 * a] + 16 * x,
                                    base[4 * a + 1] + 16 * y,
                                    base[4 * a + 2] + 16 * x,
                                    base[4 * a + 3] + 16 * y);
                }
            }
        }
    }

    @Test
    void anEmptyMapHasNoAnchors() {
        assertThat(PAPER.grid(0, 5)).isEmpty();
    }

    @Test
    void aFactorOfZeroIsRefused() {
        assertThatThrownBy(() -> new Anchors(16, 16, List.of(1f, 0f), List.of(8f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("anchor ratios must be finite and > 0, got [1.0, 0.0]");
        assertThatThrownBy(() -> new Anchors(16, 16, List.of(1f), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("anchor scales must hold at least one factor");
        assertThatThrownBy(() -> new Anchors(0, 16, List.of(1f), List.of(8f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("anchor stride and base size must be >= 1 px, got 0 and 16");
    }
}
