package dev.mnc.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.mnc.MncConfig;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Session;

/**
 * What training leaves in its directory: {@code checkpoint.json} (this record) and TensorFlow's files {@code weights.*}
 * with every variable, the optimiser's included.
 *
 * @param config the network
 * @param categories what its classes 1, 2, … stand for, in order
 * @param step how many updates it has seen
 * @param provenance where it comes from: data, seed, settings
 */
public record Checkpoint(MncConfig config, List<Category> categories, int step, SortedMap<String, String> provenance) {

    private static final String RECORD = "checkpoint.json";
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Checkpoint {
        categories = List.copyOf(categories);
        provenance = new TreeMap<>(provenance);
    }

    /** Saves the session's variables and this record; the record comes last, so that a half-written one is never read. */
    void save(Path directory, Session session) throws IOException {
        Files.createDirectories(directory);
        session.save(prefix(directory));
        Path half = directory.resolve(RECORD + ".tmp");
        Files.write(half, JSON.writeValueAsBytes(this));
        Files.move(half, directory.resolve(RECORD), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads the record of a checkpoint.
     *
     * @throws IllegalArgumentException if the directory holds none
     */
    public static Checkpoint read(Path directory) {
        Path record = directory.resolve(RECORD);
        if (!Files.isRegularFile(record)) {
            throw new IllegalArgumentException(
                    "no checkpoint at " + directory + ": " + RECORD + " is missing; `mnc train --out` writes one");
        }
        try {
            return JSON.readValue(record.toFile(), Checkpoint.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + record + ": " + e.getMessage(), e);
        }
    }

    /** What the variable files of a checkpoint begin with. */
    static String prefix(Path directory) {
        return directory.resolve("weights").toString();
    }
}
