package dev.mnc.model;

import dev.mnc.schemas.Instance;
import java.util.List;

/**
 * The outputs of a network for a batch of images, before mask voting. Safe for use by many threads at once; the caller
 * closes it after the last image, for it may hold memory outside the heap.
 */
@FunctionalInterface
public interface Detections extends AutoCloseable {

    /**
     * Returns votes, pastes and encodes the masks of one image.
     *
     * @param image index in the batch
     * @param minScore instances with a lower score are left out, in [0, 1]
     * @return the instances of the image, the highest score first
     */
    List<Instance> instances(int image, double minScore);

    @Override
    default void close() {}
}
