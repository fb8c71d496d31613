package dev.mnc.jobs.host;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * The longest times that one image may take in each stage of a {@link ModelHost}.
 *
 * @param read of its file, however often the store is asked
 * @param decode decoding and scaling
 * @param detect of a batch on the device, and of the device's warm-up
 */
public record Deadlines(Duration read, Duration decode, Duration detect) implements Serializable {

    /** Returns the shortest of them. */
    Duration shortest() {
        return Collections.min(List.of(read, decode, detect));
    }
}
