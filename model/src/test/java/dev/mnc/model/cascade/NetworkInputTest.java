package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mnc.model.cascade.NetworkInput.Bucket;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

@Tag("tensorflow")
class NetworkInputTest {

    /** An image of ascending numbers. */
    private static NetworkInput image(int height, int width, Bucket bucket) {
        float[] pixels = new float[3 * bucket.height() * bucket.width()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i + 1; // What lies behind the image belongs to nobody.
        }
        return new NetworkInput(Pixels.of(pixels), height, width, 1, height, width, bucket);
    }

    @Test
    void eachImageLiesInItsCornerAndZerosBesideAndBelowIt() {
        Bucket bucket = new Bucket(3, 4);
        List<NetworkInput> inputs = List.of(image(2, 3, bucket), image(3, 4, bucket), image(1, 4, bucket));
        try (TFloat32 batch = NetworkInput.padded(inputs)) {
            assertThat(batch.shape()).isEqualTo(Shape.of(3, 3, 4, 3));
            batch.scalars().forEachIndexed((at, value) -> {
                NetworkInput image = inputs.get((int) at[0]);
                boolean inside = at[1] < image.height() && at[2] < image.width();
                long number = 1 + (at[1] * image.width() + at[2]) * 3 + at[3];
                assertThat(value.getFloat()).isEqualTo(inside ? (float) number : 0);
            });
        }
    }

    @Test
    void imagesOfDifferentPaddedShapesMakeNoBatch() {
        List<NetworkInput> inputs = List.of(image(2, 3, new Bucket(3, 4)), image(2, 3, new Bucket(4, 4)));

        assertThatThrownBy(() -> NetworkInput.padded(inputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bucket[height=3, width=4]")
                .hasMessageContaining("Bucket[height=4, width=4]");
    }
}
