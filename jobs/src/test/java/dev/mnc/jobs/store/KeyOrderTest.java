package dev.mnc.jobs.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    @Test
    void whatIsBetweenTwoKeysIsBehindTheOneAndBeforeTheOther() {
        Random random = new Random(1);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            String one = "p/" + text(random);
            String other = "p/" + text(random);
            if (KeyOrder.isBefore(one, other)) {
                String middle = KeyOrder.between(one, other, 2);
                if (middle != null) {
                    found++;
                    assertThat(KeyOrder.isBefore(one, middle))
                            .as(one + " " + middle)
                            .isTrue();
                    assertThat(KeyOrder.isBefore(middle, other))
                            .as(middle + " " + other)
                            .isTrue();
                }
            }
            String last = requireNonNull(KeyOrder.between(one, null, 2));
            assertThat(last).startsWith("p/");
            assertThat(KeyOrder.isBefore(one, last)).as(one + " " + last).isTrue();
        }
        assertThat(found).isGreaterThan(8_000);
    }

    /** Returns a short text of few characters, so that many share a start and are close. */
    private static String text(Random random) {
        int[] characters = {' ', '/', '0', '1', 'a', 'b', '~', 0xe9, 0xd7ff, 0xe000, 0xffee, 0x1f4f7};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    @Test
    void ordersByUtf8() {
        assertThat(KeyOrder.isBefore("\uff21", "\ud83d\udcf7")).isTrue();
        assertThat("\uff21").isGreaterThan("\ud83d\udcf7");
    }
}
