package dev.mnc.jobs.executor;

import dev.mnc.jobs.cli.Settings;
import java.io.Serializable;
import java.util.Locale;

/**
 * The settings of machines that run executors, read from the {@code host} block of {@code conf/host.conf}.
 *
 * @param modelCache folder for copies of models, shared by the processes of a machine; empty for one that works
 * @param nativeCache folder for TensorFlow's native libraries; empty for one that works
 * @param gpuMemory share of its GPU's memory that an executor may grow to, in (0, 1]
 * @param executorWaitSeconds how long a run waits for the executors that Spark was told to start, at least 0
 */
public record HostConfig(String modelCache, String nativeCache, double gpuMemory, int executorWaitSeconds)
        implements Serializable {

    public HostConfig {
        require("gpu-memory", gpuMemory > 0 && gpuMemory <= 1, "in (0, 1]", gpuMemory);
        require("executor-wait-seconds", executorWaitSeconds >= 0, ">= 0", executorWaitSeconds);
    }

    /** Reads the section; the defaults stand here and nowhere else. */
    public static HostConfig from(Settings.Section host) {
        return new HostConfig(
                host.text("model-cache", ""),
                host.text("native-cache", ""),
                host.number("gpu-memory", 0.9),
                host.integer("executor-wait-seconds", 120));
    }

    private static void require(String key, boolean holds, String legal, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "host.%s must be %s, got %s", key, legal, value));
        }
    }
}
