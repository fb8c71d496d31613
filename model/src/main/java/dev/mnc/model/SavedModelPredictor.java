package dev.mnc.model;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.model.cascade.SessionDevice;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;

/** A predictor of a model with the signatures of {@link DetectGraph}, loaded into one TensorFlow session. */
public final class SavedModelPredictor implements Predictor {

    private final ModelCard card;
    private final String digest;
    private final SavedModelBundle bundle;
    private final Session preprocessing;
    private final CascadePredictor cascade;

    private final Optional<GoldenImage> golden;

    private SavedModelPredictor(
            ModelCard card,
            String digest,
            SavedModelBundle bundle,
            Session preprocessing,
            Optional<GoldenImage> golden) {
        this.golden = golden;
        this.card = card;
        this.digest = digest;
        this.bundle = bundle;
        this.preprocessing = preprocessing;
        this.cascade = new CascadePredictor(
                bundle.function(DetectGraph.PREPROCESS).withNewSession(preprocessing),
                bundle.function(DetectGraph.DETECT),
                card.config(),
                card.categories(),
                card.voting());
    }

    /** Loads a model on the device that TensorFlow chooses; see the other one. */
    public static SavedModelPredictor load(Path model, int threads) {
        return load(model, threads, SessionDevice.AUTOMATIC);
    }

    /**
     * Loads a model.
     *
     * @param model a directory written by {@code mnc model export}
     * @param threads of one operation, at least 1
     * @param device that runs the network; images are decoded by the processor
     * @throws IllegalArgumentException if the directory holds no such model or its files were changed
     */
    public static SavedModelPredictor load(Path model, int threads, SessionDevice device) {
        ModelCard card = ModelCard.read(model);
        SavedModelBundle bundle = SavedModelBundle.loader(model.toString())
                .withTags("serve")
                .withConfigProto(SessionConfig.of(threads, device))
                .load();
        try {
            Optional<GoldenImage> golden = GoldenImage.read(model);
            // The signature has no variables, so a second session of the graph costs no memory for weights.
            Session preprocessing = new Session(bundle.graph(), SessionConfig.of(threads, SessionDevice.CPU));
            return new SavedModelPredictor(card, ModelCard.digest(model), bundle, preprocessing, golden);
        } catch (IOException e) {
            bundle.close();
            throw new UncheckedIOException("cannot read the golden image of " + model + ": " + e.getMessage(), e);
        }
    }

    /** Returns the card of the model. */
    public ModelCard card() {
        return card;
    }

    @Override
    public List<Category> categories() {
        return card.categories();
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Optional<GoldenImage> golden() {
        return golden;
    }

    @Override
    public NetworkInput preprocess(byte[] encoded) throws UnreadableImageException {
        return cascade.preprocess(encoded);
    }

    @Override
    public Detections run(List<NetworkInput> inputs) {
        return cascade.run(inputs);
    }

    @Override
    public void close() {
        preprocessing.close();
        bundle.close();
    }
}
