package dev.mnc.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImageRefTest {

    @Test
    void anAddressNamesThePlaceInTheArchive() {
        ImageRef.Part range = new ImageRef.Range(512);
        ImageRef.Part cell = new ImageRef.Cell("image", 17);

        assertThat(new ImageRef(1, "s3a://b/x.jpg", "x.jpg", 10, null).address())
                .isEqualTo("s3a://b/x.jpg");
        assertThat(new ImageRef(1, "s3a://b/s.tar", "x.jpg", 10, null, range).address())
                .isEqualTo("s3a://b/s.tar#offset=512&length=10");
        assertThat(new ImageRef(1, "s3a://b/t.parquet", "x.jpg", 10, null, cell).address())
                .isEqualTo("s3a://b/t.parquet#column=image&row=17");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new ImageRef(-1, "u", "n", 0, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image id must be >= 0, got -1 for u");
        assertThatThrownBy(() -> new ImageRef(1, "u", "n", -2, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size must be >= 0 bytes, got -2 for u");
        assertThatThrownBy(() -> new ImageRef.Range(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset must be >= 0 bytes, got -1");
        assertThatThrownBy(() -> new ImageRef.Cell("c", -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row must be >= 0, got -1");
    }
}
