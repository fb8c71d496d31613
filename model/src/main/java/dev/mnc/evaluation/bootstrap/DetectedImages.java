package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;

/**
 * A fingerprint of the images in which anything was detected: their number, and a sum that two sets of images hardly
 * ever share. Recognises runs on different images.
 */
public final class DetectedImages implements Counter<DetectedImages> {

    private long images;
    private long sum;

    /**
     * The specification of the counter.
     *
     * @param matching any; the count does not depend on it
     */
    public record Kind(Matching matching) implements CounterSpec<DetectedImages> {

        public Kind {
            requireNonNull(matching, "matching");
        }

        @Override
        public DetectedImages start(LongIndex categories) {
            return new DetectedImages();
        }

        @Override
        public Class<DetectedImages> counterClass() {
            return DetectedImages.class;
        }
    }

    @Override
    public void add(ImageMatch image) {
        for (int cell = 0; cell < image.cells(); cell++) {
            if (image.end(cell) > image.first(cell)) {
                images++;
                sum += PoissonWeights.mix(image.imageId());
                return;
            }
        }
    }

    @Override
    public void add(DetectedImages other) {
        images += other.images;
        sum += other.sum;
    }

    /** Returns the number of images. */
    public long images() {
        return images;
    }

    /** Returns whether these are the same images as those of another run. */
    public boolean areThoseOf(DetectedImages other) {
        return images == other.images && sum == other.sum;
    }
}
