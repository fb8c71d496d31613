package dev.mnc.jobs.host;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of one executor's device in a run so far. Counts only ever grow, so the latest report says everything.
 *
 * @param executor Spark's id of the executor
 * @param run the run's id; where two runs are labelled at once by one executor, that of the one which came first
 * @param modelRate images per second of the model alone, measured there on a warm batch before the first image; 0 if it
 *     was not measured
 * @param firstStart when the first batch started, ms since 1970
 * @param lastEnd when the latest batch ended, ms since 1970
 * @param busySeconds time in forward passes
 * @param images that went through a forward pass, those of repeated tasks included
 * @param batches forward passes
 * @param done images finished, those that failed included
 * @param failed images that failed
 * @param queuedBytes bytes held in queues at the moment
 * @param waitSeconds what the device waited for between its first and its latest batch, by cause: {@code read}, {@code
 *     decode}, {@code batch}, {@code vote}, {@code write}, {@code task}
 */
public record HostReport(
        String executor,
        String run,
        double modelRate,
        long firstStart,
        long lastEnd,
        double busySeconds,
        long images,
        long batches,
        long done,
        long failed,
        long queuedBytes,
        Map<String, Double> waitSeconds)
        implements Serializable {

    /** The names of what a device can wait for. */
    public static final List<String> CAUSES = Arrays.stream(HostMeter.Wait.values())
            .map(cause -> cause.name().toLowerCase(Locale.ROOT))
            .toList();

    static final double NANOS = 1e9;

    public HostReport {
        waitSeconds = Map.copyOf(waitSeconds);
    }

    /** Returns the seconds between the start of the first batch and the end of the latest. */
    public double activeSeconds() {
        return (lastEnd - firstStart) / 1e3;
    }

    /** Returns that of two reports of one executor which was made later. */
    public static HostReport later(HostReport one, HostReport other) {
        return other.lastEnd >= one.lastEnd ? other : one;
    }
}
