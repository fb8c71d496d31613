package dev.mnc.jobs.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * The distance of another clock from ours, which is known only to lie somewhere in a span of our time.
 *
 * @param ahead positive if the other clock is ahead
 */
record ClockSkew(Duration ahead) {

    /** Runs are ordered by the clocks of the machines that publish them; a store refuses requests 15 minutes off. */
    private static final Duration TOLERATED = Duration.ofSeconds(60);

    /**
     * Compares.
     *
     * @param other what the other clock said
     * @param from our time before it was read
     * @param to our time after
     */
    static ClockSkew of(Instant other, Instant from, Instant to) {
        Instant nearest = other.isBefore(from) ? from : other.isAfter(to) ? to : other;
        return new ClockSkew(Duration.between(nearest, other));
    }

    /** Judges the clock of a thing. */
    Finding finding(String name, String whose) {
        long seconds = ahead.toSeconds();
        if (ahead.abs().compareTo(TOLERATED) <= 0) {
            return Finding.ok(
                    name, whose + " agrees with this machine's within " + Math.max(1, Math.abs(seconds)) + " s");
        }
        return Finding.failed(
                name,
                String.format(
                        Locale.ROOT,
                        "%s is %d s %s this machine's; runs are ordered by the clock of whoever publishes them",
                        whose,
                        Math.abs(seconds),
                        seconds > 0 ? "ahead of" : "behind"),
                "let every machine set its clock by NTP (chrony, systemd-timesyncd)");
    }
}
