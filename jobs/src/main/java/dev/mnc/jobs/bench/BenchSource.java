package dev.mnc.jobs.bench;

import dev.mnc.jobs.host.PredictorSource;
import dev.mnc.model.Predictor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an executor of a benchmark gets its model.
 *
 * @param model the real one
 * @param emulated instead of its device, or null for the real device
 */
record BenchSource(PredictorSource model, @Nullable Emulated emulated) implements PredictorSource {

    private static final Map<BenchSource, MeteredPredictor> PREDICTORS = new HashMap<>();

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
    public Predictor predictor() {
        return metered();
    }

    /** Forgets what the meter showed, if there is one in this process. */
    void reset() {
        synchronized (PREDICTORS) {
            MeteredPredictor known = PREDICTORS.get(this);
            if (known != null) {
                known.reset();
            }
        }
    }

    /** The same with its meter. */
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
