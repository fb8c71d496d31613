package dev.mnc.jobs.failure;

import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The failure of what a process runs on: a disk, a store, a heap. Whatever wraps it on its way, it is no defect of ours.
 *
 * @param what failed, in a sentence
 * @param todo what the operator can do, without a full stop
 */
public record EnvironmentFailure(String what, String todo) {

    /** Classes known by name: this package uses neither Hadoop nor the client of S3. */
    private static final List<String> OF_STORES = List.of(
            "org.apache.hadoop.fs.FSError",
            "software.amazon.awssdk.core.exception.SdkException",
            "org.tensorflow.exceptions.TensorFlowException");

    private static final List<String> FULL = List.of("no space left on device", "disk quota exceeded");

    /** Returns the failure if one is the cause of what was thrown. */
    public static Optional<EnvironmentFailure> in(Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        for (Throwable each : chain) {
            String message = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
            if (FULL.stream().anyMatch(message::contains)) {
                return Optional.of(new EnvironmentFailure(
                        "a disk is full: " + ErrorMessages.firstLine(each),
                        "free space there, or choose other folders (--table, spark.local.dir, java.io.tmpdir)"));
            }
            if (each instanceof OutOfMemoryError) {
                return Optional.of(new EnvironmentFailure(
                        "Java ran out of memory: " + each.getMessage(),
                        "give it a larger heap (MNC_JAVA_OPTS=-Xmx8g for this process, --executor-memory after -- for"
                                + " executors)"));
            }
        }
        for (Throwable each : chain) {
            boolean ofStore = each instanceof IOException || isOneOf(each.getClass());
            if (ofStore && !(each instanceof NotSerializableException)) {
                return Optional.of(new EnvironmentFailure(ErrorMessages.firstLine(each), "fix what is wrong"));
            }
        }
        return Optional.empty();
    }

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = thrown; each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
            chain.addAll(List.of(each.getSuppressed()));
        }
        return chain;
    }

    private static boolean isOneOf(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (OF_STORES.contains(each.getName())) {
                return true;
            }
        }
        return false;
    }
}
