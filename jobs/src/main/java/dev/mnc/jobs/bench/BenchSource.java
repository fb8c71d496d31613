package dev.mnc.jobs.bench;

import dev.mnc.jobs.host.HostRegistry;
import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import dev.mnc.schemas.RunRecord;
import org.jspecify.annotations.Nullable;

/**
 * The source of the model of an executor in a benchmark.
 *
 * @param real the real model
 * @param emulated the device to emulate, or null for the real device
 */
record BenchSource(PredictorSource real, @Nullable Emulated emulated) implements PredictorSource {

    /**
     * An emulated device.
     *
     * @param millis time of an image
     * @param instances number of instances of each image
     * @param decoding of its images
     */
    record Emulated(double millis, int instances, EmulatedDevice.Decoding decoding) implements java.io.Serializable {}

    @Override
    public String digest() {
        return real.digest();
    }

    @Override
    public RunRecord.Model model() {
        return real.model();
    }

    @Override
    public Predictor load() {
        Predictor predictor = real.load();
        return new MeteredPredictor(
                emulated == null
                        ? predictor
                        : new EmulatedDevice(predictor, emulated.millis, emulated.instances, emulated.decoding));
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
