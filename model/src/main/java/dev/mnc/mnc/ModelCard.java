package dev.mnc.mnc;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a model says of itself: {@code assets.extra/mnc.json} in its directory. It pins every other file by its sha256, so
 * the digest of the card is the digest of the model.
 *
 * @param name what people call it
 * @param config the network
 * @param categories what its classes 1, 2, … stand for, in order
 * @param voting how its outputs become instances
 * @param training where its weights come from: free-form facts such as data, steps, seed, command
 * @param files sha256 in hex of each file, by its path in the model's directory
 */
public record ModelCard(
        String name,
        MncConfig config,
        List<Category> categories,
        VotingSettings voting,
        SortedMap<String, String> training,
        SortedMap<String, String> files) {

    private static final String LOCATION = "assets.extra/mnc.json";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

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
        ModelCard card = new ModelCard(name, config, categories, voting, new TreeMap<>(training), digests(model));
        Path file = model.resolve(LOCATION);
        Files.createDirectories(file.getParent());
        Files.write(file, JSON.writeValueAsBytes(card));
        return card;
    }

    /**
     * Reads a model's card and checks every file against it.
     *
     * @throws IllegalArgumentException if the directory is no model of ours, holds a symbolic link, or a file differs from
     *     what the card says
     */
    public static ModelCard read(Path model) {
        Path file = model.resolve(LOCATION);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("no model at " + model + ": " + LOCATION
                    + " is missing; name a directory written by `mnc model export`");
        }
        try {
            ModelCard card = JSON.readValue(file.toFile(), ModelCard.class);
            SortedMap<String, String> found = digests(model);
            for (String path : card.files().keySet()) {
                if (!card.files().get(path).equals(found.get(path))) {
                    throw new IllegalArgumentException("model file " + model.resolve(path)
                            + (found.containsKey(path)
                                    ? " differs from the sha256 in "
                                    : " is missing though pinned in ")
                            + LOCATION + "; export or copy the model again");
                }
            }
            found.keySet().removeAll(card.files().keySet());
            if (!found.isEmpty()) {
                throw new IllegalArgumentException("model " + model + " has files that its card does not pin: "
                        + found.keySet() + "; export or copy the model again");
            }
            return card;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model at " + model + ": " + e.getMessage(), e);
        }
    }

    /** The sha256 of the card as it stands in a model's directory, hex. */
    public static String digest(Path model) {
        try {
            return sha256(model.resolve(LOCATION));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedMap<String, String> digests(Path model) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        Path root = model.toRealPath();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                String path = root.relativize(file).toString().replace('\\', '/');
                if (Files.isSymbolicLink(file)) {
                    throw new IllegalArgumentException(
                            "model file " + model.resolve(path)
                                    + " is a symbolic link, and what it points to is not pinned; copy the model again as files");
                }
                if (Files.isRegularFile(file) && !path.equals(LOCATION)) {
                    digests.put(path, sha256(file));
                }
            }
        }
        return digests;
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
