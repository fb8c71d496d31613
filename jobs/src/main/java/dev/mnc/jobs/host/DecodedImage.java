package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ByteBudget.Lease;
import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;

/**
 * An image between decoding and the end of mask voting. It ends in exactly one of {@link #deliver} and {@link #close}.
 *
 * @param stream of the task that the image belongs to
 * @param cost so far
 * @param lease the image's share of {@link HostSettings#queueBytes}: first for its pixels, then for its outcome
 * @param decodedAt when it was decoded, {@link System#nanoTime}
 */
record DecodedImage(
        ImageStream stream, ImageRef image, Frame frame, NetworkInput input, Cost cost, Lease lease, long decodedAt)
        implements AutoCloseable {

    /** Returns the pixels to their owner once the network has run on them. */
    void releasePixels() {
        input.close();
        lease.resize(0);
    }

    /** Passes the outcome to the task, and the lease with it. */
    void deliver(ImageOutcome outcome) {
        input.close();
        stream.deliver(outcome, lease);
    }

    /** Drops the image: the host ends before the image has an outcome. */
    @Override
    public void close() {
        input.close();
        lease.close();
    }
}
