package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class PixelPoolTest {

    @Test
    void memoryThatIsGivenBackIsLentAgainToWhoWantsAsMuch() {
        PixelPool pool = new PixelPool(1000);
        Pixels first = pool.lend(6);
        float[] array = first.values();
        first.close();
        assertThat(pool.lend(9).values()).isNotSameAs(array).hasSize(9);
        assertThat(pool.lend(6).values()).isSameAs(array);
        assertThat(pool.lend(6).values()).isNotSameAs(array);
    }

    /** Else two images would lie in one array. */
    @Test
    void closingTwiceGivesBackOnce() {
        PixelPool pool = new PixelPool(1000);
        Pixels first = pool.lend(6);
        first.close();
        first.close();
        assertThat(pool.lend(6).values()).isNotSameAs(pool.lend(6).values());
    }

    @Test
    void pixelsThatWereGivenBackCannotBeRead() {
        Pixels pixels = new PixelPool(1000).lend(6);
        pixels.close();
        assertThatIllegalStateException().isThrownBy(pixels::values).withMessageContaining("given back");
        assertThat(pixels.capacity()).isEqualTo(6);
    }

    @Test
    void theLongestIdleGoWhereTooMuchIsIdle() {
        PixelPool pool = new PixelPool(2 * 4 * 6);
        Pixels[] lent = {pool.lend(6), pool.lend(6), pool.lend(6)};
        float[][] arrays = {lent[0].values(), lent[1].values(), lent[2].values()};
        for (Pixels pixels : lent) {
            pixels.close();
        }
        assertThat(pool.lend(6).values()).isSameAs(arrays[2]);
        assertThat(pool.lend(6).values()).isSameAs(arrays[1]);
        assertThat(pool.lend(6).values()).isNotSameAs(arrays[0]);
    }
}
