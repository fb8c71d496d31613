package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.schemas.ImageRef;

/**
 * An image between reading and decoding: the whole file.
 *
 * @param stream of the task that the image belongs to
 * @param cost so far
 * @param lease the file's share of {@link HostSettings#readBytes}
 */
record EncodedImage(ImageStream stream, ImageRef image, byte[] bytes, Cost cost, Lease lease) implements AutoCloseable {

    @Override
    public void close() {
        lease.close();
    }
}
