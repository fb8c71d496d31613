package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.OperatorException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Check that TensorFlow's native library can be unpacked and loads here, and that the C library it needs is there.
 *
 * @param system the property {@code os.name}
 * @param version unpacks the library where it is not yet, as runs do, loads it, and returns its version
 */
record NativeLibraryCheck(Machine machine, String system, Supplier<String> version) implements Check {

    private static final String GLIBC = "glibc";
    private static final String LIBRARY = "tensorflow";

    /** The newest symbols that libjnitensorflow.so of TensorFlow Java 1.1.0 needs are of this version. */
    static final String NEEDED = "2.34";

    @Override
    public List<Finding> findings() {
        return List.of(
                system.equals("Linux") ? glibc(machine.glibc()) : Finding.skipped(GLIBC, "not on " + system),
                library());
    }

    private static Finding glibc(String found) {
        if (found.isEmpty()) {
            return Finding.failed(
                    GLIBC,
                    "there is no glibc here (Alpine's musl is none), and TensorFlow needs " + NEEDED,
                    "use Debian 12, Ubuntu 22.04, Red Hat 9 or newer, or an image made of one");
        }
        return isOld(found)
                ? Finding.failed(
                        GLIBC,
                        "glibc " + found + " is older than " + NEEDED + ", which TensorFlow needs",
                        "use Debian 12, Ubuntu 22.04, Red Hat 9 or newer, or an image made of one")
                : Finding.ok(GLIBC, found + " (TensorFlow needs " + NEEDED + ")");
    }

    /** Whether a version of glibc is too old for TensorFlow. */
    static boolean isOld(String glibc) {
        return Runtime.Version.parse(glibc).compareTo(Runtime.Version.parse(NEEDED)) < 0;
    }

    private Finding library() {
        try {
            return Finding.ok(LIBRARY, version.get() + ", native library loaded");
        } catch (OperatorException e) {
            return Finding.failed(LIBRARY, String.valueOf(e.getMessage()), e.remedy());
        } catch (LinkageError | RuntimeException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return Finding.failed(
                    LIBRARY,
                    "the native library does not load: " + ErrorMessages.firstLine(root),
                    "use the archive for this system, look at glibc above, and see that the folder can be written and has"
                            + " 1.3 GB free, or name another: --set host.native-cache=DIR");
        }
    }
}
