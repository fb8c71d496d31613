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

/** Looks at the clocks of the process and its memory whenever the model has run. */
final class MeteredPredictor implements Predictor {

    /** Looks that are kept; where there are more, every other one goes. */
    private static final int LOOKS = 4096;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Predictor model;
    private final List<Look> looks = new ArrayList<>();
    private double firstCpuSeconds;
    private long images;
    private long batches;
    private int every = 1;

    /**
     * What the clocks showed.
     *
     * @param images run until then
     * @param batches run until then
     * @param seconds of wall time
     * @param cpuSeconds of the process
     * @param bytes of its resident memory
     */
    record Look(long images, long batches, double seconds, double cpuSeconds, long bytes) {}

    MeteredPredictor(Predictor model) {
        this.model = model;
    }

    static double cpuSeconds() {
        return SYSTEM.getProcessCpuTime() / 1e9;
    }

    /** Forgets all looks. */
    synchronized void reset() {
        looks.clear();
        images = 0;
        batches = 0;
        every = 1;
    }

    synchronized List<Look> looks() {
        return List.copyOf(looks);
    }

    /** CPU seconds of the process, from its start, when the model had run for the first time. */
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
        ran(inputs.size());
        return detections;
    }

    private synchronized void ran(int batch) {
        images += batch;
        batches++;
        if (firstCpuSeconds == 0) {
            firstCpuSeconds = cpuSeconds();
        }
        if (batches % every != 0) {
            return;
        }
        looks.add(new Look(
                images,
                batches,
                System.nanoTime() / 1e9,
                cpuSeconds(),
                ProcessMemory.resident().orElse(0)));
        if (looks.size() == LOOKS) {
            for (int i = LOOKS - 2; i >= 0; i -= 2) {
                looks.remove(i);
            }
            every *= 2;
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
