package dev.mnc.model;

import dev.mnc.model.cascade.SessionConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Writes small SavedModels as other makers would. */
final class ForeignModels {

    /** A description with the categories that the models here know. */
    static final String CATEGORIES =
            "{\"categories\": [{\"id\": 7, \"name\": \"seven\", \"supercategory\": \"number\"},"
                    + " {\"id\": 9, \"name\": \"nine\"}]";

    private ForeignModels() {}

    /** A model with one signature, {@code serving_default}. */
    static Path write(Path folder, BiConsumer<Ops, Signature.Builder> body) throws IOException {
        return write(folder, "serving_default", body);
    }

    static Path write(Path folder, String signature, BiConsumer<Ops, Signature.Builder> body) throws IOException {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            // TensorFlow exports no model without variables.
            Operand<TFloat32> unused = tf.variable(tf.constant(0f));
            Signature.Builder builder = Signature.builder(signature);
            body.accept(tf, builder);
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                session.initialize();
                SavedModelBundle.exporter(folder.toString())
                        .withTags("serve")
                        .withFunction(SessionFunction.create(builder.build(), session))
                        .export();
            }
        }
        return folder;
    }

    /** Writes the description beside a model. */
    static Path describe(Path folder, String json) throws IOException {
        return Files.writeString(ForeignModel.besides(folder), json, StandardCharsets.UTF_8);
    }

    /** The image as the Object Detection API takes it: {@code [1, H, W, 3]} bytes. */
    static Placeholder<TUint8> image(Ops tf, Signature.Builder signature) {
        Placeholder<TUint8> image = tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(1, -1, -1, 3)));
        signature.input("input_tensor", image);
        return image;
    }

    /**
     * The Object Detection API's outputs for images of 20 x 10 px: of class 9 a box of the columns 4 .. 11 and rows 2
     * .. 5 with score 0.75, of class 7 the whole image with score 0.875, and a row that is not counted.
     */
    static void detections(Ops tf, Signature.Builder signature) {
        signature
                .output("detection_boxes", tf.constant(new float[][][] {
                    {{0.2f, 0.2f, 0.6f, 0.6f}, {0, 0, 1, 1}, {Float.NaN, 0, 0, 0}}
                }))
                .output("detection_scores", tf.constant(new float[][] {{0.75f, 0.875f, 5}}))
                .output("detection_classes", tf.constant(new float[][] {{9, 7, 0.5f}}))
                .output("detection_masks", tf.fill(tf.constant(new int[] {1, 3, 4, 4}), tf.constant(0.5f)))
                .output("num_detections", tf.constant(new float[] {2}));
    }
}
