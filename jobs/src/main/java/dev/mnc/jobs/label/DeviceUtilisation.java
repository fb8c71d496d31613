package dev.mnc.jobs.label;

import dev.mnc.jobs.host.HostReport;
import dev.mnc.schemas.RunRecord.Efficiency;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The share of a run in which the devices worked, and the causes of the rest. */
final class DeviceUtilisation {

    private static final double MILLIS = 1e3;

    private DeviceUtilisation() {}

    /**
     * The times of a run as the driver sees them.
     *
     * @param start when the run began
     * @param listed when the images were listed and the plan was made
     * @param lastTask when the last task ended
     * @param end when all was committed
     */
    record Clock(Instant start, Instant listed, Instant lastTask, Instant end) {}

    /**
     * Returns how well the devices were used.
     *
     * @param devices the last report of each executor, at least one
     * @param images that were planned
     */
    static Efficiency of(List<HostReport> devices, Clock clock, long images) {
        double start = clock.start.toEpochMilli();
        double whole = Math.max(1, clock.end.toEpochMilli() - start) / MILLIS;
        double listed = (clock.listed.toEpochMilli() - start) / MILLIS;
        double lastTask = (clock.lastTask.toEpochMilli() - start) / MILLIS;
        Map<String, Double> seconds = new TreeMap<>();
        double busy = 0;
        double steady = 0;
        for (HostReport device : devices) {
            double first = (device.firstStart() - start) / MILLIS;
            double last = (device.lastEnd() - start) / MILLIS;
            seconds.merge("list", listed, Double::sum);
            seconds.merge("start", Math.max(0, first - listed), Double::sum);
            seconds.merge("drain", Math.max(0, lastTask - last), Double::sum);
            seconds.merge("commit", Math.max(0, whole - lastTask), Double::sum);
            device.waitSeconds().forEach((cause, time) -> seconds.merge(cause, time, Double::sum));
            busy += device.busySeconds() / whole;
            steady += device.busySeconds() / Math.max(device.activeSeconds(), 1 / MILLIS);
        }
        int count = devices.size();
        Map<String, Double> loss = new TreeMap<>();
        seconds.forEach((cause, time) -> loss.put(cause, time / (whole * count)));
        // The rest: passing batches on, and clocks that are read in milliseconds.
        loss.put(
                "dispatch",
                1
                        - busy / count
                        - loss.values().stream().mapToDouble(share -> share).sum());
        return new Efficiency(
                count,
                devices.stream().mapToDouble(HostReport::modelRate).sum(),
                images / whole,
                Math.min(1, busy / count),
                Math.min(1, steady / count),
                loss);
    }

    /** Returns the line for the end of a run: how busy the devices were, and the largest losses. */
    static String text(Efficiency use) {
        String losses = use.loss().entrySet().stream()
                .filter(loss -> loss.getValue() >= 0.0005)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(5)
                .map(loss -> String.format(Locale.ROOT, "%s %.1f %%", loss.getKey(), 100 * loss.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s busy %.1f %% of the time (%.1f %% between first and last batch)%s; the model alone: %.1f images/s",
                use.devices() == 1 ? "device" : use.devices() + " devices",
                100 * use.deviceBusyJob(),
                100 * use.deviceBusySteady(),
                losses.isEmpty() ? "" : "; waited for " + losses,
                use.modelImagesPerSecond());
    }
}
