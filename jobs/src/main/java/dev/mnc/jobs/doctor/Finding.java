package dev.mnc.jobs.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param name of it, e.g. {@code memory}
 * @param found what is there, a sentence or a figure; of what was skipped, the reason
 * @param remedy what to do; empty where there is nothing to do
 */
record Finding(String name, State state, String found, String remedy) {

    /** The meaning of a finding for a run. */
    enum State {
        OK,
        /** A run works, but not as well as it could, or nobody has tried it. */
        WARNING,
        /** A run fails or its result cannot be trusted. */
        FAILED,
        SKIPPED;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String name, String found) {
        return new Finding(name, State.OK, found, "");
    }

    static Finding warning(String name, String found, String remedy) {
        return new Finding(name, State.WARNING, found, remedy);
    }

    static Finding failed(String name, String found, String remedy) {
        return new Finding(name, State.FAILED, found, remedy);
    }

    static Finding skipped(String name, String reason) {
        return new Finding(name, State.SKIPPED, reason, "");
    }
}
