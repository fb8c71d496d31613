package dev.mnc.model;

import org.tensorflow.TensorFlow;

/** TensorFlow's native library. */
public final class NativeLibrary {

    private NativeLibrary() {}

    /**
     * Loads the library, if nothing has loaded it before, and returns its version, e.g. {@code 2.18.0}.
     *
     * @throws LinkageError if there is none for this machine, or the machine lacks what it needs
     */
    public static String version() {
        return TensorFlow.version();
    }
}
