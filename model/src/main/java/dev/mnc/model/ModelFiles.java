package dev.mnc.model;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a model's directory and their digests, which its card pins. */
public final class ModelFiles {

    /** The path of the card in the directory. */
    static final String CARD = "assets.extra/mnc.json";

    /** The JSON format of cards; values of enums may be in lower case. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private ModelFiles() {}

    static boolean hasCard(Path model) {
        return Files.isRegularFile(model.resolve(CARD));
    }

    static void writeCard(Path model, ModelDescription card) throws IOException {
        Path file = model.resolve(CARD);
        Files.createDirectories(file.getParent());
        Files.write(file, JSON.writeValueAsBytes(card));
    }

    /**
     * Checks the files against the digests of a card.
     *
     * @throws IllegalArgumentException if one differs, is missing or is not pinned, or is a symbolic link
     */
    static void requirePinned(Path model, SortedMap<String, String> pinned) throws IOException {
        SortedMap<String, String> found = digests(model);
        for (String path : pinned.keySet()) {
            if (!pinned.get(path).equals(found.get(path))) {
                throw new IllegalArgumentException("model file " + model.resolve(path)
                        + (found.containsKey(path) ? " differs from the sha256 in " : " is missing though pinned in ")
                        + CARD + "; export or copy the model again");
            }
        }
        found.keySet().removeAll(pinned.keySet());
        if (!found.isEmpty()) {
            throw new IllegalArgumentException("model " + model + " has files that its card does not pin: "
                    + found.keySet() + "; export or copy the model again");
        }
    }

    /** Returns the sha256 in hex of every file but the card, by its path in the directory. */
    static SortedMap<String, String> digests(Path model) throws IOException {
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
                if (Files.isRegularFile(file) && !path.equals(CARD)) {
                    digests.put(path, sha256(file));
                }
            }
        }
        return digests;
    }

    /**
     * Refuses to write into a directory that holds something.
     *
     * @param directory need not exist
     * @throws DirectoryNotEmptyException if there is a file or folder in it
     */
    public static void requireEmpty(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new DirectoryNotEmptyException(directory.toString());
                }
            }
        }
    }

    /** Deletes a directory with all that is in it, if it is there. What symbolic links point to stays. */
    public static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Returns the sha256 of a file, hex. */
    public static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return sha256(in);
        }
    }

    /**
     * Returns the sha256 of the rest of a stream, hex. Reads in chunks, since files of weights may be larger than an
     * array.
     */
    static String sha256(InputStream in) throws IOException {
        try (DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            byte[] chunk = new byte[1 << 16];
            int read = 0;
            while (read >= 0) {
                read = digesting.read(chunk);
            }
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
