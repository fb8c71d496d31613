package dev.mnc.jobs.label;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.Detections;
import dev.mnc.model.Predictor;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import java.util.List;
import java.util.function.Consumer;

/**
 * The model of {@link SquarePredictor} with faults.
 *
 * @param decoded called with each image that was decoded, by a thread that decodes
 * @param run called with each batch, by the thread of the device, before it is labelled
 */
record PlantedPredictor(Predictor model, Consumer<NetworkInput> decoded, Consumer<List<NetworkInput>> run)
        implements Predictor {

    /** The width of the picture by which a host tries its device. */
    private static final int WARM_UP = 640;

    PlantedPredictor(Consumer<NetworkInput> decoded, Consumer<List<NetworkInput>> run) {
        this(new SquarePredictor.Source("0".repeat(64)).load(), decoded, run);
    }

    /** Returns whether a batch is the picture by which a host tries its device. */
    static boolean isWarmUp(List<NetworkInput> inputs) {
        return inputs.get(0).width() == WARM_UP;
    }

    static boolean holds(List<NetworkInput> inputs, int width) {
        return inputs.stream().anyMatch(input -> input.width() == width);
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
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        NetworkInput input = model.preprocess(encoded);
        decoded.accept(input);
        return input;
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        run.accept(inputs);
        return model.run(inputs);
    }

    @Override
    public void close() {
        model.close();
    }
}
