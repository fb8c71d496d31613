package dev.mnc.jobs.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.mnc.benchmark.ProcessMemory;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.GoldenImage;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A predictor that reads the clocks of the process and its memory whenever the model has run. */
final class MeteredPredictor implements Predictor {

    /** The maximum number of samples; where there are more, every other one is removed. */
    private static final int MOST_SAMPLES = 4096;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Predictor model;
    private final List<Sample> samples = new ArrayList<>();
    private double firstCpuSeconds;
    private long images;
    private long batches;
    private int every = 1;

    /**
     * A reading of the clocks.
     *
     * @param images run until then
     * @param batches run until then
     * @param seconds of wall time
     * @param cpuSeconds of the process
     * @param bytes of its resident memory
     */
    record Sample(long images, long batches, double seconds, double cpuSeconds, long bytes) {}

    MeteredPredictor(Predictor model) {
        this.model = model;
    }

    static double cpuSeconds() {
        return SYSTEM.getProcessCpuTime() / 1e9;
    }

    /** Removes all samples. */
    synchronized void reset() {
        samples.clear();
        images = 0;
        batches = 0;
        every = 1;
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Returns the CPU seconds of the process, from its start, when the model had run for the first time. */
    synchronized double firstCpuSeconds() {
        return firstCpuSeconds;
    }

    @Override
    public List<Category> categories() {
        return model.categories();
    }

    @Override
    public String digest() {
        return model.digest();
    }

    @Override
    public Optional<GoldenImage> golden() {
        return model.golden();
    }

    @Override
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        return model.preprocess(encoded);
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        Detections detections = model.run(inputs);
        sample(inputs.size());
        return detections;
    }

    private synchronized void sample(int batch) {
        images += batch;
        batches++;
        if (firstCpuSeconds == 0) {
            firstCpuSeconds = cpuSeconds();
        }
        if (batches % every != 0) {
            return;
        }
        samples.add(new Sample(
                images,
                batches,
                System.nanoTime() / 1e9,
                cpuSeconds(),
                ProcessMemory.resident().orElse(0)));
        if (samples.size() == MOST_SAMPLES) {
            for (int i = MOST_SAMPLES - 2; i >= 0; i -= 2) {
                samples.remove(i);
            }
            every *= 2;
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
