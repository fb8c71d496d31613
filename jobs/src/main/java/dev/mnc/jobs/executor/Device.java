package dev.mnc.jobs.executor;

import java.io.Serializable;
import java.util.Locale;

/**
 * The device that an executor computes on.
 *
 * @param host the machine, as Spark names it
 * @param address of the GPU as Spark names it; empty for a processor and for a GPU that Spark did not assign
 */
public record Device(String host, String address, Kind kind) implements Serializable {

    /** The kinds of device. */
    public enum Kind {
        /** The cores of the executor. */
        CPU,
        /** A GPU. */
        GPU,
        /** A processor that stands in for a GPU whose address was made up for a test. */
        FAKE;

        /** Returns the name in records. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
