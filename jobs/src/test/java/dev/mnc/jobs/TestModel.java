package dev.mnc.jobs;

import dev.mnc.model.ModelCard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Copies of the model that ships, honest and not, and a model of other makers. */
public final class TestModel {

    private static final List<String> FILES = List.of(
            "assets.extra/mnc.json",
            "assets.extra/golden-image",
            "assets.extra/golden-instances.json",
            "saved_model.pb",
            "variables/variables.index",
            "variables/variables.data-00000-of-00001");

    private TestModel() {}

    /** The model as it ships. */
    public static Path copy(Path folder) throws IOException {
        for (String file : FILES) {
            Path target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            try (InputStream in = ModelCard.class.getResourceAsStream("/models/compact-scenes/" + file)) {
                Files.copy(Objects.requireNonNull(in), target);
            }
        }
        return folder;
    }

    /** One that reads a file whenever it detects, with a card that pins it so. */
    public static Path thatReadsAFile(Path folder) throws IOException {
        ModelCard card = ModelCard.read(copy(folder));
        SavedModel.Builder saved =
                SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb"))).toBuilder();
        var graph = saved.getMetaGraphsBuilder(0).getGraphDefBuilder();
        graph.addNode(NodeDef.newBuilder().setName("leak").setOp("ReadFile"));
        graph.getNodeBuilderList().stream()
                .filter(node -> node.getName().equals("valid"))
                .forEach(node -> node.addInput("^leak"));
        Files.write(folder.resolve("saved_model.pb"), saved.build().toByteArray());
        ModelCard unused =
                ModelCard.write(folder, "evil", card.config(), card.categories(), card.voting(), card.training());
        return folder;
    }

    /**
     * A SavedModel as the TensorFlow Object Detection API writes it, and beside it the description that names its
     * categories. In each image it finds a fig in the upper left quarter with score 0.75, and a date all over it with 0.5.
     */
    public static Path ofOtherMakers(Path folder) throws IOException {
        Files.writeString(
                Path.of(folder + ".json"),
                "{\"categories\": [{\"id\": 1, \"name\": \"date\"}, {\"id\": 2, \"name\": \"fig\"}]}",
                StandardCharsets.UTF_8);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            // TensorFlow exports no model without variables.
            Operand<TFloat32> masks = tf.variable(tf.fill(tf.constant(new int[] {1, 2, 28, 28}), tf.constant(1f)));
            Signature signature = Signature.builder("serving_default")
                    .input("input_tensor", tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(1, -1, -1, 3))))
                    .output("detection_boxes", tf.constant(new float[][][] {{{0, 0, 1, 1}, {0, 0, 0.5f, 0.5f}}}))
                    .output("detection_scores", tf.constant(new float[][] {{0.5f, 0.75f}}))
                    .output("detection_classes", tf.constant(new float[][] {{1, 2}}))
                    .output("detection_masks", tf.identity(masks))
                    .output("num_detections", tf.constant(new float[] {2}))
                    .build();
            try (Session session = new Session(graph)) {
                session.initialize();
                SavedModelBundle.exporter(folder.toString())
                        .withTags("serve")
                        .withFunction(SessionFunction.create(signature, session))
                        .export();
            }
        }
        return folder;
    }
}
