package dev.mnc.jobs.bench;

import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The source of the model of an executor in a benchmark.
 *
 * @param model the real model
 * @param emulated the device to emulate, or null for the real device
 */
record BenchSource(PredictorSource model, @Nullable Emulated emulated) implements PredictorSource {

    private static final Map<BenchSource, MeteredPredictor> PREDICTORS = new HashMap<>();

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
        return model.digest();
    }

    @Override
    public Predictor predictor() {
        return metered();
    }

    /** Removes the samples of the meter, if there is one in this process. */
    void reset() {
        synchronized (PREDICTORS) {
            MeteredPredictor metered = PREDICTORS.get(this);
            if (metered != null) {
                metered.reset();
            }
        }
    }

    /** Returns the predictor with its meter. */
    MeteredPredictor metered() {
        synchronized (PREDICTORS) {
            return PREDICTORS.computeIfAbsent(this, source -> {
                Predictor real = model.predictor();
                return new MeteredPredictor(
                        emulated == null
                                ? real
                                : new EmulatedDevice(real, emulated.millis, emulated.instances, emulated.decoding));
            });
        }
    }
}
