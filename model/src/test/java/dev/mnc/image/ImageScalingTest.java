package dev.mnc.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.model.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ImageScalingTest {

    @Test
    void sizesAreThoseOfTheReleasedCode() throws IOException {
        JsonNode rows = Golden.read("preprocess_sizes.json").json().required("rows");
        assertThat(rows).hasSizeGreaterThan(5);
        for (JsonNode row : rows) {
            ImageScaling.Scaled scaled =
                    ImageScaling.PAPER.scaled(row.get("h").asInt(), row.get("w").asInt());
            assertThat(scaled.height())
                    .as("rows of %s", row)
                    .isEqualTo(row.get("out_h").asInt());
            assertThat(scaled.width())
                    .as("columns of %s", row)
                    .isEqualTo(row.get("out_w").asInt());
            assertThat(scaled.scale()).isCloseTo(row.get("scale").asDouble(), offset(1e-9));
        }
    }

    @Test
    void aSliverKeepsAtLeastOnePixel() {
        assertThat(ImageScaling.PAPER.scaled(1, 100_000)).isEqualTo(new ImageScaling.Scaled(1, 1000, 0.01));
    }

    @Test
    void paddingReachesTheNextMultiple() {
        ImageScaling scaling =
                new ImageScaling(64, 128, ImageScaling.ChannelOrder.RGB, ImageScaling.PAPER.means(), 1, 32);
        assertThat(new int[] {scaling.padded(1), scaling.padded(32), scaling.padded(33)})
                .containsExactly(32, 32, 64);
    }
}
