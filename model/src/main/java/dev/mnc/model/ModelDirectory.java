package dev.mnc.model;

import dev.mnc.model.cascade.SessionDevice;
import dev.mnc.model.trust.ModelGraph;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model's directory on disk, with or without a card; the one class that knows the difference.
 *
 * <p>The digest of a model with a card is that of the card. A model without one must be a SavedModel with a description
 * beside it ({@link ForeignModel}); then its card, which pins the files as they are, is created on reading, and the
 * digest is the one that the adopted model has.
 *
 * @param folder the directory
 * @param card of the model; its files are as pinned there
 * @param digest the sha256 over the model's files, hex
 */
public record ModelDirectory(Path folder, ModelDescription card, String digest) {

    /**
     * Reads a model's card and checks every file against it.
     *
     * @throws IllegalArgumentException if the directory is no model, holds a symbolic link, a file differs from what
     *     the card says, or a card or description names a signature, input or output that the model does not have
     */
    public static ModelDirectory read(Path folder) {
        try {
            ModelDescription card = card(folder);
            if (!ModelFiles.hasCard(folder)) {
                return new ModelDirectory(folder, card, digest(card));
            }
            ModelFiles.requirePinned(folder, card.files());
            if (card instanceof InstancesCard instances) {
                requireNames(folder, instances.tensors());
            }
            return new ModelDirectory(folder, card, ModelCard.digest(folder));
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** Returns the digest of a model without reading files that a card pins. */
    public static String digest(Path folder) {
        return ModelFiles.hasCard(folder)
                ? ModelCard.digest(folder)
                : read(folder).digest();
    }

    /** Loads a model on the device that TensorFlow chooses; see the other one. */
    public static Predictor load(Path folder, int threads) {
        return load(folder, threads, SessionDevice.AUTOMATIC);
    }

    /**
     * Loads a model into TensorFlow.
     *
     * @param threads of one operation, at least 1
     * @param device that runs the network
     * @throws IllegalArgumentException as {@link #read}
     */
    public static Predictor load(Path folder, int threads, SessionDevice device) {
        try {
            if (card(folder) instanceof ModelCard) {
                return SavedModelPredictor.load(folder, threads, device);
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
        ModelDirectory model = read(folder);
        return InstancesPredictor.load(folder, (InstancesCard) model.card(), model.digest(), threads, device);
    }

    private static void requireNames(Path folder, InstancesSignature tensors) {
        try {
            tensors.requireOn(ModelGraph.read(folder).signatures(), "adopt the model again");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("model " + folder + ": " + e.getMessage(), e);
        }
    }

    private static ModelDescription card(Path folder) throws IOException {
        if (ModelFiles.hasCard(folder)) {
            return ModelFiles.JSON.readValue(folder.resolve(ModelFiles.CARD).toFile(), ModelDescription.class);
        }
        if (!Files.exists(folder.resolve("saved_model.pb"))) {
            throw new IllegalArgumentException("no model at " + folder + ": " + ModelFiles.CARD
                    + " is missing; name a directory written by `mnc model export`");
        }
        return ForeignModel.describe(folder, ForeignModel.besides(folder));
    }

    private static String digest(ModelDescription card) throws IOException {
        return ModelFiles.sha256(new ByteArrayInputStream(ModelFiles.JSON.writeValueAsBytes(card)));
    }

    private static UncheckedIOException unreadable(Path folder, IOException e) {
        return new UncheckedIOException("cannot read the model at " + folder + ": " + e.getMessage(), e);
    }
}
