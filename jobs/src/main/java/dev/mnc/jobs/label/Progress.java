package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostReport;
import java.util.Locale;
import java.util.Map;

/** The progress line, from what the executors' devices report. */
final class Progress {

    private final long total;
    private final long start = System.nanoTime();

    Progress(long total) {
        this.total = total;
    }

    /** How far the run is, in one line. */
    String line() {
        Map<String, HostReport> devices = LiveReports.devices();
        double seconds = (System.nanoTime() - start) / 1e9;
        // Images of a task that is repeated are counted again.
        long done = Math.min(
                total, devices.values().stream().mapToLong(HostReport::done).sum());
        double rate = done / Math.max(seconds, 1e-9);
        return String.format(
                Locale.ROOT,
                "labelling: %d of %d images, %.1f images/s, %s left, %d errors%s",
                done,
                total,
                rate,
                done == 0 ? "?" : duration((total - done) / rate),
                devices.values().stream().mapToLong(HostReport::failed).sum(),
                busy(devices));
    }

    private static String busy(Map<String, HostReport> devices) {
        double busy = 0;
        double seconds = 0;
        for (HostReport device : devices.values()) {
            busy += device.busySeconds();
            seconds += device.activeSeconds();
        }
        return seconds <= 0 ? "" : String.format(Locale.ROOT, ", device %.0f%% busy", 100 * busy / seconds);
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60
                ? whole + " s"
                : whole < 3600
                        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }
}
