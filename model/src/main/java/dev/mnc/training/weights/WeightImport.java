package dev.mnc.training.weights;

import dev.mnc.dataset.VocSbd;
import dev.mnc.model.ModelFiles;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Warp;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.schemas.Category;
import dev.mnc.training.Checkpoint;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The import of published weights as a checkpoint, from which training can start and a model can be exported.
 *
 * <p>Weights are copied from the mapped file into the network one layer after the other, so that besides the network
 * only one layer is in memory. Every layer is checked before anything is written, and the checkpoint appears under its
 * name when it is complete.
 */
public final class WeightImport {

    /** The number of values assigned in one run, unless one variable alone has more: 32 MB of them. */
    private static final long VALUES_PER_RUN = 8 << 20;

    private WeightImport() {}

    /**
     * The checkpoint to create.
     *
     * @param directory of the checkpoint; it must not exist or be empty
     * @param rounds 1 (3 stages) or 2 (5 stages); the weights are the same
     * @param categories for which the classes 1, 2, … stand; may be empty for a snapshot with the 20 categories of VOC
     */
    public record Target(Path directory, int rounds, List<Category> categories) {
        public Target {
            categories = List.copyOf(categories);
        }
    }

    /**
     * The result of an import.
     *
     * @param checkpoint record of the checkpoint
     * @param parameters number of values in the network
     * @param random the layers that the file does not have and that start at random
     */
    public record Imported(Checkpoint checkpoint, long parameters, List<String> random) {
        public Imported {
            random = List.copyOf(random);
        }
    }

    /**
     * Imports the released MNC network or one of its layout, see {@link CaffeLayers}.
     *
     * @param secondRound the warp of stage 4: {@code POOLED} as in the released training, {@code DIRECT} as in its test
     *     network
     * @throws UnusableWeightsException if the file or the categories do not fit
     * @throws DirectoryNotEmptyException if there is something in the target directory
     */
    public static Imported caffe(Path file, Warp.SecondRound secondRound, Target target) throws IOException {
        ModelFiles.requireEmpty(target.directory());
        try (WeightFile weights = WeightFile.open(file)) {
            MncConfig config = CaffeLayers.network(weights, target.rounds(), secondRound);
            List<Category> categories = categories(file, config.classes(), target.categories());
            SortedMap<String, String> facts = facts(file, "caffe");
            return write(
                    new Checkpoint(config, categories, 0, facts),
                    new CaffeLayers(weights, config),
                    0,
                    target.directory());
        }
    }

    /**
     * Imports a body from Keras applications, see {@link KerasLayers}; the layers of the cascade start at random.
     *
     * @param body of the file; not {@code COMPACT}
     * @param seed of the random layers
     * @throws UnusableWeightsException if the file does not fit
     * @throws DirectoryNotEmptyException if there is something in the target directory
     */
    public static Imported keras(Path file, MncConfig.Body body, long seed, Target target) throws IOException {
        if (body == MncConfig.Body.COMPACT) {
            throw new IllegalArgumentException(
                    "Keras applications have no body compact; it must be vgg16, resnet50 or resnet101");
        }
        ModelFiles.requireEmpty(target.directory());
        try (WeightFile weights = WeightFile.open(file)) {
            MncConfig config = KerasLayers.network(
                    weights, body, target.rounds(), target.categories().size());
            SortedMap<String, String> facts = facts(file, "keras");
            facts.put("seed", Long.toString(seed));
            return write(
                    new Checkpoint(config, target.categories(), 0, facts),
                    new KerasLayers(weights, config),
                    seed,
                    target.directory());
        }
    }

    private static List<Category> categories(Path file, int classes, List<Category> named) {
        List<Category> categories = named.isEmpty() ? VocSbd.categories() : named;
        if (categories.size() + 1 == classes) {
            return categories;
        }
        throw new UnusableWeightsException(
                named.isEmpty()
                        ? file + " tells " + classes + " classes apart, not the 21 of VOC with background, and does not"
                                + " name them"
                        : file + " tells " + classes + " classes apart, background among them, but " + named.size()
                                + " categories are named",
                "name its " + (classes - 1) + " categories in order with --categories FILE");
    }

    private static SortedMap<String, String> facts(Path file, String layout) throws IOException {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("weights_file", String.valueOf(file.getFileName()));
        facts.put("weights_bytes", Long.toString(Files.size(file)));
        facts.put("weights_sha256", ModelFiles.sha256(file));
        facts.put("weights_layout", layout);
        return facts;
    }

    private static Imported write(Checkpoint checkpoint, WeightSource source, long seed, Path directory)
            throws IOException {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = new Layers(tf, seed);
            new DetectGraph(tf, checkpoint.config(), layers).build();
            Map<String, WeightSource.Values> found = new LinkedHashMap<>();
            List<String> random = new ArrayList<>();
            layers.variables()
                    .forEach((name, variable) -> source.values(name, variable.shape())
                            .ifPresentOrElse(values -> found.put(name, values), () -> random.add(name)));
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                if (!random.isEmpty()) {
                    session.initialize();
                }
                assign(session, tf, layers, found);
                save(checkpoint, session, directory);
            }
            List<String> randomLayers = random.stream()
                    .map(name -> name.substring(0, name.length() - 2))
                    .distinct()
                    .toList();
            return new Imported(checkpoint, layers.parameters(), randomLayers);
        }
    }

    private static Variable<TFloat32> required(Layers layers, String name) {
        return java.util.Objects.requireNonNull(layers.variables().get(name));
    }

    /**
     * Assigns small variables together and large ones alone: a run has its price, and so has a second copy of the
     * weights.
     */
    private static void assign(Session session, Ops tf, Layers layers, Map<String, WeightSource.Values> found) {
        Map<String, WeightSource.Values> together = new LinkedHashMap<>();
        long numbers = 0;
        for (Map.Entry<String, WeightSource.Values> entry : found.entrySet()) {
            long size = required(layers, entry.getKey()).shape().size();
            if (numbers > 0 && numbers + size > VALUES_PER_RUN) {
                assignTogether(session, tf, layers, together);
                together.clear();
                numbers = 0;
            }
            together.put(entry.getKey(), entry.getValue());
            numbers += size;
        }
        assignTogether(session, tf, layers, together);
    }

    private static void assignTogether(
            Session session, Ops tf, Layers layers, Map<String, WeightSource.Values> together) {
        List<TFloat32> tensors = new ArrayList<>();
        List<Placeholder<TFloat32>> fed = new ArrayList<>();
        List<Op> assignments = new ArrayList<>();
        try {
            together.forEach((name, values) -> {
                Variable<TFloat32> variable = required(layers, name);
                TFloat32 tensor = TFloat32.tensorOf(variable.shape());
                tensors.add(tensor);
                values.writeTo(tensor.asRawTensor().data().asFloats());
                fed.add(tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape())));
                assignments.add(tf.assign(variable, fed.get(fed.size() - 1)));
            });
            Session.Runner runner = session.runner();
            for (int i = 0; i < tensors.size(); i++) {
                runner.feed(fed.get(i), tensors.get(i)).addTarget(assignments.get(i));
            }
            runner.run().close();
        } finally {
            tensors.forEach(TFloat32::close);
        }
    }

    /** Saves the checkpoint under a temporary name first, so that it is there completely or not at all. */
    private static void save(Checkpoint checkpoint, Session session, Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        ModelFiles.delete(partial);
        try {
            checkpoint.save(partial, session);
            Files.move(partial, absolute, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            ModelFiles.delete(partial);
        }
    }
}
