package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostReport;
import dev.mnc.jobs.host.HostReports;
import dev.mnc.schemas.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pace of a run between one commit and the next, from what the executors report. */
final class PaceMeter {

    private final HostReports reports;
    private final String run;
    private Instant last = Instant.EPOCH;
    private double busy;
    private Map<String, Double> waits = Map.of();

    PaceMeter(HostReports reports, String run) {
        this.reports = reports;
        this.run = run;
    }

    /**
     * Returns the pace since the commit before.
     *
     * @param begun when the wave began, for the first commit
     * @param images of the wave
     */
    synchronized RunRecord.Pace since(Instant begun, long images) {
        Instant now = Instant.now();
        List<HostReport> devices = reports.of(run);
        Instant from = last.equals(Instant.EPOCH) ? begun : last;
        double seconds = Math.max(1e-3, Duration.between(from, now).toMillis() / 1e3);
        double all = seconds * Math.max(1, devices.size());
        double nowBusy = devices.stream().mapToDouble(HostReport::busySeconds).sum();
        Map<String, Double> nowWaits = new HashMap<>();
        devices.forEach(
                device -> device.waitSeconds().forEach((cause, time) -> nowWaits.merge(cause, time, Double::sum)));
        Map<String, Double> shares = new HashMap<>();
        nowWaits.forEach((cause, time) -> shares.put(cause, share(time - waits.getOrDefault(cause, 0.0), all)));
        RunRecord.Pace pace =
                new RunRecord.Pace(now.toString(), images, images / seconds, share(nowBusy - busy, all), shares);
        last = now;
        busy = nowBusy;
        waits = nowWaits;
        return pace;
    }

    /** An executor that left takes its sums along, so that a difference may be negative. */
    private static double share(double seconds, double all) {
        return Math.round(1e4 * Math.min(1, Math.max(0, seconds / all))) / 1e4;
    }
}
