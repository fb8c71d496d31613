package dev.mnc.jobs.bench;

import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import org.jspecify.annotations.Nullable;

/**
 * Where an executor of a benchmark gets its model.
 *
 * @param model the real one
 * @param emulated instead of its device, or null for the real device
 */
record BenchSource(PredictorSource model, @Nullable Emulated emulated) implements PredictorSource {

    /**
     * An emulated device.
     *
     * @param millis an image takes
     * @param instances each image has
     * @param decoding of its images
     */
    record Emulated(double millis, int instances, EmulatedDevice.Decoding decoding) implements java.io.Serializable {}

    @Override
    public String digest() {
        return model.digest();
    }

    @Override
    public Predictor load() {
        Predictor real = model.load();
        return new MeteredPredictor(
                emulated == null
                        ? real
                        : new EmulatedDevice(real, emulated.millis, emulated.instances, emulated.decoding));
    }

    /** Discards what the meter showed, if there is one in this process. */
    void reset() {
        HostRegistry.jvm().ifLoaded(this, predictor -> ((MeteredPredictor) predictor).reset());
    }

    /** Returns the model of this process with its meter. */
    MeteredPredictor metered() {
        return (MeteredPredictor) HostRegistry.jvm().predictor(this);
    }
}
