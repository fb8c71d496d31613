package dev.mnc.jobs.host;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The device's diary: when it worked, and whenever it did not, what it was waiting for.
 *
 * <p>What the device waits for is entered once it works again, so that the time after its last batch, which nothing
 * follows, is nobody's fault.
 */
final class HostMeter {

    /** What the device waits for. */
    enum Wait {
        /** Files are on their way. */
        READ,
        /** Files are there, but not decoded. */
        DECODE,
        /** Images are decoded, but fewer than a batch holds. */
        BATCH,
        /** Too many batches wait for mask voting. */
        VOTE,
        /** All images of the tasks are done; the tasks write or commit. */
        WRITE,
        /** No task is here. */
        TASK
    }

    private final Map<Wait, Long> waited = new EnumMap<>(Wait.class);
    private final Map<Wait, Long> since = new EnumMap<>(Wait.class);
    private long busy;
    private long images;
    private long batches;
    private long done;
    private long failed;
    private long firstStart;
    private long lastEnd;

    /** Enters a wait, in nanoseconds. */
    synchronized void waited(Wait cause, long nanos) {
        since.merge(cause, nanos, Long::sum);
    }

    /**
     * Enters a forward pass.
     *
     * @param start of it, {@link System#nanoTime}
     */
    synchronized void ran(long start, long end, int batch) {
        if (batches == 0) {
            firstStart = start;
        } else {
            since.forEach((cause, nanos) -> waited.merge(cause, nanos, Long::sum));
        }
        since.clear();
        lastEnd = end;
        busy += end - start;
        images += batch;
        batches++;
    }

    /** Enters an image's end. */
    synchronized void done(ImageOutcome outcome) {
        done++;
        if (outcome.failure() != null) {
            failed++;
        }
    }

    synchronized HostReport report(String executor, double modelRate, long queuedBytes) {
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        Map<String, Double> seconds = new TreeMap<>();
        for (Wait cause : Wait.values()) {
            seconds.put(cause.name().toLowerCase(Locale.ROOT), waited.getOrDefault(cause, 0L) / HostReport.NANOS);
        }
        return new HostReport(
                executor,
                modelRate,
                batches == 0 ? millis : millis - (now - firstStart) / 1_000_000,
                batches == 0 ? millis : millis - (now - lastEnd) / 1_000_000,
                busy / HostReport.NANOS,
                images,
                batches,
                done,
                failed,
                queuedBytes,
                seconds);
    }
}
