package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.matching.ImageMatch;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.matching.Matching;
import dev.mnc.evaluation.plan.Counter;
import dev.mnc.evaluation.plan.CounterSpec;

/**
 * In how many images anything was detected, and which they are: in a sum of which two sets of images have the same
 * hardly ever. Tells runs that look at different images.
 */
public final class DetectedImages implements Counter<DetectedImages> {

    private long images;
    private long sum;

    /**
     * Asks for the count.
     *
     * @param matching any; what is detected does not depend on it
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
        public Class<DetectedImages> tally() {
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

    /** Number of images. */
    public long images() {
        return images;
    }

    /** Whether these are the same images. */
    public boolean areThoseOf(DetectedImages other) {
        return images == other.images && sum == other.sum;
    }
}
