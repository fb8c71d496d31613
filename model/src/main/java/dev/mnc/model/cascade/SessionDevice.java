package dev.mnc.model.cascade;

import java.io.Serializable;
import java.util.Locale;

/** The device that a TensorFlow session may use. */
public sealed interface SessionDevice extends Serializable {

    /** The processor alone: GPUs of the machine, which may belong to others, stay untouched. */
    SessionDevice CPU = new Cpu();

    /** TensorFlow's own choice: the first GPU that the process sees, or the processor. */
    SessionDevice AUTOMATIC = new Automatic();

    /** The type of {@link #CPU}. */
    record Cpu() implements SessionDevice {}

    /** The type of {@link #AUTOMATIC}. */
    record Automatic() implements SessionDevice {}

    /**
     * One GPU.
     *
     * @param index of the GPU among those that the process sees, 0-based
     * @param memoryShare share of the GPU's memory that the process may grow to, in (0, 1]
     */
    record Gpu(int index, double memoryShare) implements SessionDevice {

        public Gpu {
            if (index < 0) {
                throw new IllegalArgumentException("the index of a GPU must be >= 0, got " + index);
            }
            if (!(memoryShare > 0 && memoryShare <= 1)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT, "the share of a GPU's memory must be in (0, 1], got %s", memoryShare));
            }
        }
    }
}
