package dev.mnc.dataset;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The number of training images in which a category of LVIS occurs. */
public enum Frequency {
    /** At most 10. */
    RARE,
    /** 11 to 100. */
    COMMON,
    /** More than 100. */
    FREQUENT;

    /** Returns LVIS's letter: r, c or f. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }

    /** Returns the frequency of a letter, or null if there is none. */
    public static @Nullable Frequency of(String letter) {
        for (Frequency frequency : values()) {
            if (frequency.letter().equals(letter)) {
                return frequency;
            }
        }
        return null;
    }
}
