package dev.mnc.dataset;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In how many training images a category of LVIS occurs. */
public enum Frequency {
    /** At most 10. */
    RARE,
    /** 11 to 100. */
    COMMON,
    /** More. */
    FREQUENT;

    /** The letter LVIS has for it: r, c or f. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }

    /** The one of a letter, or null if there is none. */
    public static @Nullable Frequency of(String letter) {
        for (Frequency frequency : values()) {
            if (frequency.letter().equals(letter)) {
                return frequency;
            }
        }
        return null;
    }
}
