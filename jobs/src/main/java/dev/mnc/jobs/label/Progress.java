package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import java.util.List;
import java.util.Locale;

/** The progress line of a run, from what the executors report about it. */
final class Progress {

    private final HostReports reports;
    private final String run;
    private final long total;
    private final long before;
    private final long start = System.nanoTime();

    /**
     * @param total images of the run
     * @param before of these, committed by processes before this one
     */
    Progress(HostReports reports, String run, long total, long before) {
        this.reports = reports;
        this.run = run;
        this.total = total;
        this.before = before;
    }

    /** Returns the line that says how far the run is. */
    String line() {
        List<HostReport> devices = reports.of(run);
        double seconds = (System.nanoTime() - start) / 1e9;
        // Images of a task that is repeated are counted again.
        long here = Math.min(
                total - before, devices.stream().mapToLong(HostReport::done).sum());
        long done = before + here;
        double rate = here / Math.max(seconds, 1e-9);
        return String.format(
                Locale.ROOT,
                "labelling: %d of %d images, %.1f images/s, %s left, %d errors%s",
                done,
                total,
                rate,
                here == 0 ? "?" : duration((total - done) / rate),
                devices.stream().mapToLong(HostReport::failed).sum(),
                busy(devices));
    }

    private static String busy(List<HostReport> devices) {
        double busy = 0;
        double seconds = 0;
        for (HostReport device : devices) {
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
