package dev.mnc.jobs.maintenance;

import java.util.Locale;

/** Numbers as people read them. */
final class Quantity {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

    private Quantity() {}

    /** Returns a number of bytes, in units of 1000. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** Returns a number of things with its noun, which gets an {@code s} unless there is one. */
    static String of(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }
}
