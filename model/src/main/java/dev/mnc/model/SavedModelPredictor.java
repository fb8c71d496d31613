package dev.mnc.model;

import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tensorflow.SavedModelBundle;

/** A predictor of a model with the signatures of {@link DetectGraph}, loaded into one TensorFlow session. */
public final class SavedModelPredictor implements Predictor {

    private final ModelCard card;
    private final String digest;
    private final SavedModelBundle bundle;
    private final CascadePredictor cascade;

    private final Optional<GoldenImage> golden;

    private SavedModelPredictor(ModelCard card, String digest, SavedModelBundle bundle, Optional<GoldenImage> golden) {
        this.golden = golden;
        this.card = card;
        this.digest = digest;
        this.bundle = bundle;
        this.cascade = new CascadePredictor(
                bundle.function(DetectGraph.PREPROCESS),
                bundle.function(DetectGraph.DETECT),
                card.config(),
                card.categories(),
                card.voting());
    }

    /**
     * Loads a model.
     *
     * @param model a directory written by {@code mnc model export}
     * @param threads of one operation, at least 1
     * @throws IllegalArgumentException if the directory holds no such model or its files were changed
     */
    public static SavedModelPredictor load(Path model, int threads) {
        ModelCard card = ModelCard.read(model);
        SavedModelBundle bundle = SavedModelBundle.loader(model.toString())
                .withTags("serve")
                .withConfigProto(SessionConfig.ofThreads(threads))
                .load();
        try {
            return new SavedModelPredictor(card, ModelCard.digest(model), bundle, GoldenImage.read(model));
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
        bundle.close();
    }
}
