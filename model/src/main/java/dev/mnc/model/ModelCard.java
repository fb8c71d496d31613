package dev.mnc.model;

import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.voting.VotingSettings;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The card of a cascade: {@code assets.extra/mnc.json} in the model's directory. It pins every other file by its
 * sha256, so the digest of the card is the digest of the model.
 *
 * @param name of the model
 * @param config the network
 * @param categories for which its classes 1, 2, … stand, in order
 * @param voting settings by which its outputs become instances
 * @param training origin of its weights: free-form facts such as data, steps, seed, command
 * @param files sha256 in hex of each file, by its path in the model's directory
 */
public record ModelCard(
        String name,
        MncConfig config,
        List<Category> categories,
        VotingSettings voting,
        SortedMap<String, String> training,
        SortedMap<String, String> files)
        implements ModelDescription {

    public ModelCard {
        categories = List.copyOf(categories);
        training = new TreeMap<>(training);
        files = new TreeMap<>(files);
        if (categories.size() + 1 != config.classes()) {
            throw new IllegalArgumentException("the network has " + config.classes()
                    + " classes with background, but the card names " + categories.size() + " categories");
        }
    }

    /** Writes the card of a model whose other files are all in place, pinning them. */
    public static ModelCard write(
            Path model,
            String name,
            MncConfig config,
            List<Category> categories,
            VotingSettings voting,
            Map<String, String> training)
            throws IOException {
        ModelCard card =
                new ModelCard(name, config, categories, voting, new TreeMap<>(training), ModelFiles.digests(model));
        ModelFiles.writeCard(model, card);
        return card;
    }

    /**
     * Reads a model's card and checks every file against it.
     *
     * @throws IllegalArgumentException if the directory is no model of ours, holds a symbolic link, or a file differs
     *     from what the card says
     */
    public static ModelCard read(Path model) {
        if (ModelDirectory.read(model).card() instanceof ModelCard card) {
            return card;
        }
        throw new IllegalArgumentException("the model in " + model + " is no cascade, but gives instances of its own");
    }

    /** Returns the sha256 of the card as it stands in a model's directory, hex. */
    public static String digest(Path model) {
        try {
            return ModelFiles.sha256(model.resolve(ModelFiles.CARD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
