package dev.mnc.evaluation.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LongIndexTest {

    @Test
    void idsAreNumberedInTheirOrderWhateverOrderTheyComeIn() {
        LongIndex index = new LongIndex(List.of(70L, -3L, 5L, 70L, Long.MAX_VALUE, Long.MIN_VALUE));

        assertThat(index.size()).isEqualTo(5);
        assertThat(index.id(0)).isEqualTo(Long.MIN_VALUE);
        assertThat(index.id(4)).isEqualTo(Long.MAX_VALUE);
        assertThat(index.of(Long.MIN_VALUE)).isZero();
        assertThat(index.of(-3)).isEqualTo(1);
        assertThat(index.of(5)).isEqualTo(2);
        assertThat(index.of(70)).isEqualTo(3);
        assertThat(index.of(Long.MAX_VALUE)).isEqualTo(4);
        assertThat(index.of(71)).isEqualTo(-1);
    }

    @Test
    void nothingIsAmongNoIds() {
        LongIndex none = new LongIndex(List.of());

        assertThat(none.size()).isZero();
        assertThat(none.of(0)).isEqualTo(-1);
        assertThat(none.of(Long.MIN_VALUE)).isEqualTo(-1);
    }

    @Test
    void everyIdOfManyIsFoundAndNoOther() {
        Random random = new Random(4);
        for (int trial = 0; trial < 200; trial++) {
            Set<Long> ids = new TreeSet<>();
            int count = 1 + random.nextInt(200);
            for (int i = 0; i < count; i++) {
                ids.add((long) random.nextInt(400));
            }
            LongIndex index = new LongIndex(ids);
            int number = 0;
            for (long id = -1; id <= 400; id++) {
                assertThat(index.of(id)).isEqualTo(ids.contains(id) ? number++ : -1);
            }
        }
    }
}
