package dev.mnc.jobs.host;

import dev.mnc.jobs.host.ImageOutcome.Cost;
import dev.mnc.jobs.host.ImageOutcome.Frame;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.ImageRef;

/**
 * A decoded image on its way through the device.
 *
 * @param feed of the task it belongs to
 * @param charge what it holds of the queue's bytes
 * @param arrived when it was decoded, {@link System#nanoTime}
 */
record Work(Feed feed, ImageRef image, Frame frame, NetworkInput input, Cost cost, long charge, long arrived) {}
