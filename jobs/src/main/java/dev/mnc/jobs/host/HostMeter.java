package dev.mnc.jobs.host;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A record of how long a device worked in a run and what it waited for in between.
 *
 * <p>A wait counts once the device works again, so the time after the last batch, which nothing follows, is not blamed
 * on anything.
 */
final class HostMeter {

    /** The causes for which a device waits. */
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
    private String run = "";

    /** Begins a run if it is another one: all figures are those of the run at hand. */
    synchronized void begin(String newRun) {
        if (newRun.equals(run)) {
            return;
        }
        run = newRun;
        waited.clear();
        since.clear();
        busy = 0;
        images = 0;
        batches = 0;
        done = 0;
        failed = 0;
    }

    /** Adds a wait, in nanoseconds. */
    synchronized void waited(Wait cause, long nanos) {
        since.merge(cause, nanos, Long::sum);
    }

    /**
     * Adds a forward pass.
     *
     * @param start of the pass, {@link System#nanoTime}
     * @param end of the pass, likewise
     * @param batch images that it ended well for
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

    /** Adds an image that is finished. */
    synchronized void done(ImageOutcome outcome) {
        done++;
        if (outcome.failure() != null) {
            failed++;
        }
    }

    /** Returns the figures so far. */
    synchronized HostReport report(String executor, double modelRate, long queuedBytes) {
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        Map<String, Double> seconds = new TreeMap<>();
        for (Wait cause : Wait.values()) {
            seconds.put(cause.name().toLowerCase(Locale.ROOT), waited.getOrDefault(cause, 0L) / HostReport.NANOS);
        }
        return new HostReport(
                executor,
                run,
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
