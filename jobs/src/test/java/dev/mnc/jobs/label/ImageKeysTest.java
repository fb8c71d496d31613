package dev.mnc.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.schemas.ImageRef;
import org.junit.jupiter.api.Test;

class ImageKeysTest {

    @Test
    void holdsWhatWasAddedAndNothingElse() {
        int count = 100_000;
        ImageKeys keys = new ImageKeys(count);
        for (int i = 0; i < count; i++) {
            keys.add(i, "s3a://corpus/" + i, i % 2 == 0 ? null : "v" + i, i);
            keys.add(i, "s3a://corpus/" + i, i % 2 == 0 ? null : "v" + i, i);
        }

        assertThat(keys.size()).isEqualTo(count);
        assertThat(keys.heapBytes()).isLessThan(40L * count);
        for (int i = 0; i < count; i++) {
            String etag = i % 2 == 0 ? null : "v" + i;
            assertThat(keys.holds(new ImageRef(i, "s3a://corpus/" + i, "n", i, etag)))
                    .isTrue();
            assertThat(keys.holds(new ImageRef(i + count, "s3a://corpus/" + i, "n", i, etag)))
                    .isFalse();
        }
    }

    @Test
    void everyPartOfTheKeyCounts() {
        ImageKeys keys = new ImageKeys(1);
        keys.add(1, "file:///a.tar#offset=512&length=10", "v", 10);

        assertThat(keys.holds(image(1, "file:///a.tar", 512, 10, "v"))).isTrue();
        assertThat(keys.holds(image(2, "file:///a.tar", 512, 10, "v"))).isFalse();
        assertThat(keys.holds(image(1, "file:///b.tar", 512, 10, "v"))).isFalse();
        assertThat(keys.holds(image(1, "file:///a.tar", 1024, 10, "v"))).isFalse();
        assertThat(keys.holds(image(1, "file:///a.tar", 512, 11, "v"))).isFalse();
        assertThat(keys.holds(image(1, "file:///a.tar", 512, 10, "w"))).isFalse();
    }

    @Test
    void refusesMoreThanWereAnnounced() {
        ImageKeys keys = new ImageKeys(1);
        keys.add(1, "a", null, 1);

        assertThatThrownBy(() -> keys.add(2, "a", null, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("more images than the 1 announced");
    }

    private static ImageRef image(long id, String uri, long offset, long size, String etag) {
        return new ImageRef(id, uri, "n", size, etag, new ImageRef.Range(offset));
    }
}
