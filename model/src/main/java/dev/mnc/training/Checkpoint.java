package dev.mnc.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.Restore;
import org.tensorflow.types.TFloat32;

/**
 * The state of a training in its directory: {@code checkpoint.json} (this record) and TensorFlow's files
 * {@code weights.*} with every variable, the optimiser's included.
 *
 * @param config the network
 * @param categories for which its classes 1, 2, … stand, in order
 * @param step number of images it was trained on
 * @param provenance facts about its origin: data, seed, settings
 */
public record Checkpoint(MncConfig config, List<Category> categories, int step, SortedMap<String, String> provenance) {

    private static final List<String> CLASS_LAYERS = List.of("cls_score", "seg_cls_score", "bbox_pred");
    /** The file that makes a directory a checkpoint. */
    public static final String RECORD = "checkpoint.json";

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Checkpoint {
        categories = List.copyOf(categories);
        provenance = new TreeMap<>(provenance);
    }

    /**
     * Saves the session's variables and this record; the record comes last, so that a half-written one is never read.
     */
    public void save(Path directory, Session session) throws IOException {
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

    /**
     * Copies the weights of this checkpoint into a network. Its layers must have the same sizes; where the number of
     * classes differs, the layers that have one output for each class are left as they are.
     *
     * @throws IllegalArgumentException if the two networks differ in more than their classes
     */
    void load(Path directory, MncConfig network, Session session, Ops tf, Map<String, Variable<TFloat32>> variables) {
        if (network.body() != config.body()
                || network.width() != config.width()
                || !network.heads().equals(config.heads())
                || !network.warp().continuous().equals(config.warp().continuous())
                || !network.anchors().equals(config.anchors())) {
            throw new IllegalArgumentException("the checkpoint at " + directory + " is of another network ("
                    + config.body() + ", " + config.heads() + ", " + config.warp() + ", " + config.anchors() + ")");
        }
        boolean sameCategories = categories.size() + 1 == network.classes();
        List<String> names = variables.keySet().stream()
                .filter(name -> sameCategories || CLASS_LAYERS.stream().noneMatch(name::startsWith))
                .toList();
        String[] whole = names.stream().map(name -> "").toArray(String[]::new);
        Restore restored = tf.train.restore(
                tf.constant(prefix(directory)),
                tf.constant(NdArrays.vectorOfObjects(names.toArray(String[]::new))),
                tf.constant(NdArrays.vectorOfObjects(whole)),
                Collections.nCopies(names.size(), TFloat32.class));
        Session.Runner runner = session.runner();
        for (int i = 0; i < names.size(); i++) {
            Variable<TFloat32> variable = java.util.Objects.requireNonNull(variables.get(names.get(i)));
            @SuppressWarnings("unchecked") // restored as floats just above
            Output<TFloat32> value = (Output<TFloat32>) restored.tensors().get(i);
            runner.addTarget(tf.assign(variable, value));
        }
        runner.run().close();
    }

    /** Returns the path prefix of the variable files of a checkpoint. */
    static String prefix(Path directory) {
        return directory.resolve("weights").toString();
    }
}
