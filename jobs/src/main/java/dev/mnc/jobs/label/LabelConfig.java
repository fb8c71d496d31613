package dev.mnc.jobs.label;

import dev.mnc.image.ImageLimits;
import dev.mnc.jobs.cli.Settings;
import dev.mnc.jobs.executor.HostConfig;
import dev.mnc.jobs.host.Deadlines;
import dev.mnc.jobs.host.HostSettings;
import dev.mnc.jobs.host.MinScores;
import dev.mnc.jobs.store.Digests;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The settings of the labelling job, read from the {@code label} block of {@code conf/label.conf}.
 *
 * @param waveImages most images in a wave, at least 1; a wave is about five minutes of work where that is less
 * @param batchSize images in a forward pass, 1..256; bounded by the device's memory
 * @param batchWaitMillis how long a batch that is not full waits for images that are on their way, 0..60000 ms
 * @param minScores instances below this probability are not written, in [0, 1]; some categories may have their own
 * @param maxInstances instances written for an image, the highest scores first, at least 1; COCO's evaluation reads 100
 * @param maxErrorRate share of images that may fail before the command ends with exit code 3, in [0, 1]
 * @param maxImageBytes files above this size are not read but recorded as errors, at least 1
 * @param maxImagePixels images whose header states more are not decoded but recorded as errors, 1..2³¹ - 1
 * @param readAhead whole files in flight in each task, 1..256; hides the latency of an object store
 * @param readAheadBytes bytes in flight in each executor, at least 1; one file is always allowed
 * @param queueBytes bytes of decoded images and of results not yet written in each executor, at least 1; one image is
 *     always allowed
 * @param partitionsPerSlot partitions a task slot gets in each wave, at least 1; more of them even out slow images
 * @param readSeconds how long reading an image may take before it is recorded as an error, at least 1
 * @param decodeSeconds the same for decoding
 * @param detectSeconds how long the device may take for a batch before it is given up, at least 1
 * @param threads of the model's own pools in each executor, 0 for as many as the executor has cores
 * @param trustModel the digest of the one model that may run although its operations are refused, or empty for none
 */
public record LabelConfig(
        int waveImages,
        int batchSize,
        int batchWaitMillis,
        MinScores minScores,
        int maxInstances,
        double maxErrorRate,
        long maxImageBytes,
        long maxImagePixels,
        int readAhead,
        long readAheadBytes,
        long queueBytes,
        int partitionsPerSlot,
        int readSeconds,
        int decodeSeconds,
        int detectSeconds,
        int threads,
        String trustModel)
        implements Serializable {

    public LabelConfig {
        require("wave-images", waveImages >= 1, ">= 1", waveImages);
        require("batch-size", batchSize >= 1 && batchSize <= 256, "1..256", batchSize);
        require("batch-wait-millis", batchWaitMillis >= 0 && batchWaitMillis <= 60_000, "0..60000", batchWaitMillis);
        require("max-instances", maxInstances >= 1, ">= 1", maxInstances);
        require("max-error-rate", maxErrorRate >= 0 && maxErrorRate <= 1, "in [0, 1]", maxErrorRate);
        require(
                "max-image-bytes",
                maxImageBytes >= 1 && maxImageBytes < Integer.MAX_VALUE - 8,
                "1..2 GiB",
                maxImageBytes);
        require(
                "max-image-pixels",
                maxImagePixels >= 1 && maxImagePixels <= Integer.MAX_VALUE,
                "1..2147483647",
                maxImagePixels);
        require("read-ahead", readAhead >= 1 && readAhead <= 256, "1..256", readAhead);
        require("read-ahead-bytes", readAheadBytes >= 1, ">= 1", readAheadBytes);
        require("queue-bytes", queueBytes >= 1, ">= 1", queueBytes);
        require("partitions-per-slot", partitionsPerSlot >= 1, ">= 1", partitionsPerSlot);
        require("read-seconds", readSeconds >= 1, ">= 1", readSeconds);
        require("decode-seconds", decodeSeconds >= 1, ">= 1", decodeSeconds);
        require("detect-seconds", detectSeconds >= 1, ">= 1", detectSeconds);
        require("threads", threads >= 0, ">= 0", threads);
        require(
                "trust-model",
                trustModel.isEmpty() || trustModel.matches("[0-9a-f]{64}"),
                "empty or the digest of a model, 64 hex digits as `mnc model info` prints it",
                trustModel);
    }

    /** Reads the section; the defaults stand here and nowhere else. */
    public static LabelConfig from(Settings.Section label) {
        return new LabelConfig(
                label.integer("wave-images", 262144),
                label.integer("batch-size", 8),
                label.integer("batch-wait-millis", 200),
                minScores(label),
                label.integer("max-instances", 100),
                label.number("max-error-rate", 0.5),
                label.bytes("max-image-bytes", "256 MiB"),
                label.whole("max-image-pixels", ImageLimits.DEFAULT.pixels()),
                label.integer("read-ahead", 16),
                label.bytes("read-ahead-bytes", "64 MiB"),
                label.bytes("queue-bytes", "128 MiB"),
                label.integer("partitions-per-slot", 4),
                label.integer("read-seconds", 60),
                label.integer("decode-seconds", 60),
                label.integer("detect-seconds", 300),
                label.integer("threads", 0),
                label.text("trust-model", ""));
    }

    /** Returns every setting that labelling reads, those of executors' machines among them, for the run's record. */
    public static List<Settings.Entry> entries(Settings settings) {
        List<Settings.Entry> entries = new ArrayList<>(settings.entries("label", LabelConfig::from));
        entries.addAll(settings.entries("host", HostConfig::from));
        return List.copyOf(entries);
    }

    private static MinScores minScores(Settings.Section label) {
        double usual = label.number("min-score", 0.05);
        require("min-score", usual >= 0 && usual <= 1, "in [0, 1]", usual);
        List<String> entries = label.texts("min-scores", List.of());
        try {
            return new MinScores(usual, MinScores.parse(entries));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("label.min-scores: " + e.getMessage(), e);
        }
    }

    /** Returns the settings of an executor's model host. */
    HostSettings host() {
        return new HostSettings(
                batchSize,
                batchWaitMillis,
                readAhead,
                readAheadBytes,
                queueBytes,
                threads,
                minScores,
                maxInstances,
                new ImageLimits(maxImageBytes, maxImagePixels),
                new Deadlines(
                        Duration.ofSeconds(readSeconds),
                        Duration.ofSeconds(decodeSeconds),
                        Duration.ofSeconds(detectSeconds)));
    }

    /** Returns the sha256 over the settings that labels depend on, hex; the others only decide how fast they come. */
    public String digest() {
        String own = minScores.byCategory().isEmpty() ? "" : "min-scores=" + minScores.entries() + "\n";
        return Digests.ofText(String.format(
                Locale.ROOT,
                "min-score=%s\n%smax-instances=%d\nmax-image-bytes=%d\nmax-image-pixels=%d\n",
                minScores.usual(),
                own,
                maxInstances,
                maxImageBytes,
                maxImagePixels));
    }

    private static void require(String key, boolean holds, String legal, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "label.%s must be %s, got %s", key, legal, value));
        }
    }
}
