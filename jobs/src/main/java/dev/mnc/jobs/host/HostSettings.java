package dev.mnc.jobs.host;

import dev.mnc.image.ImageLimits;
import java.io.Serializable;

/**
 * The settings of a {@link ModelHost}.
 *
 * @param batchSize images in a forward pass, at least 1
 * @param batchWaitMillis ms that a batch which is not full may wait for more images while there are some on their way
 * @param readers files each task reads at once, at least 1
 * @param readBytes bytes of files read and not yet decoded, of all tasks together; one file is always allowed
 * @param queueBytes bytes of decoded images and of results not yet written, of all tasks together; one image is always
 *     allowed
 * @param threads that decode and vote, 0 for as many as the executor has cores
 * @param minScores instances with a lower score are left out
 * @param maxInstances instances written for an image, the highest scores first, at least 1
 * @param limits how large an image may be
 * @param deadlines how long one may take
 */
public record HostSettings(
        int batchSize,
        int batchWaitMillis,
        int readers,
        long readBytes,
        long queueBytes,
        int threads,
        MinScores minScores,
        int maxInstances,
        ImageLimits limits,
        Deadlines deadlines)
        implements Serializable {}
