package dev.mnc.model;

import dev.mnc.schemas.Instance;
import java.util.List;

/**
 * What a network said of a batch of images, before mask voting. Safe for use by many threads at once; whoever ran the
 * network closes it after the last image, for it may hold memory outside the heap.
 */
@FunctionalInterface
public interface Detections extends AutoCloseable {

    /**
     * Votes, pastes and encodes the masks of one image.
     *
     * @param image its number in the batch
     * @param minScore instances with a lower score are left out, in [0, 1]
     * @return its instances, the highest score first
     */
    List<Instance> instances(int image, double minScore);

    @Override
    default void close() {}
}
