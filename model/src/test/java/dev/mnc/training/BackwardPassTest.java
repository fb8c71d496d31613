package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.mnc.model.Golden;
import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** The gradients of the deltas that moved a box, against the released proposal layer's. */
@Tag("tensorflow")
class BackwardPassTest {

    /**
     * The released layer has no gradient at all for a box that crosses the border, or whose anchor does; ours has none
     * for a clipped corner alone. So those are compared that lie inside. It also takes an anchor's sides for 1 px less
     * than its own decoding does; ours is the exact gradient of the decoding.
     */
    @ParameterizedTest
    @ValueSource(floats = {BackwardPass.RELEASED_BOUND, 1e30f})
    void deltasOfProposalsInsideTheImageHaveTheReleasedGradient(float bound) throws IOException {
        Golden golden = Golden.read("proposal.json");
        int[] selected = golden.integers("flat_index");
        int[] inside = golden.integers("kept_proposal_inside");
        assertThat(Arrays.stream(inside).sum()).isEqualTo(3);
        float[] found = gradients(golden, selected, bound);
        float[] released = golden.floats("grad_deltas_unclipped");
        float[] anchors = golden.floats("anchors");
        for (int i = 0; i < found.length; i++) {
            if (inside[i / 4] == 1) {
                int corner = 4 * (selected[i / 4] % 9) + i % 2;
                float side = anchors[corner + 2] - anchors[corner] + 1;
                float exact = released[i] * side / (side - 1);
                assertThat(found[i])
                        .as("proposal %d, delta %d", i / 4, i % 4)
                        .isCloseTo(Math.max(-bound, Math.min(bound, exact)), offset(1e-6f));
            }
        }
    }

    @Test
    void aBoundOfZeroLetsNothingBack() throws IOException {
        Golden golden = Golden.read("proposal.json");
        assertThat(gradients(golden, golden.integers("flat_index"), 0)).containsOnly(0f);
    }

    /** A body that gives deltas and a round whose loss has the file's gradient in its boxes. */
    private static float[] gradients(Golden golden, int[] selected, float bound) {
        MncConfig config = MncConfig.vgg16(20, 1);
        float[] grid = Golden.countedFromOne(config.anchors().grid(golden.integer("fh"), golden.integer("fw")));
        float[] anchors = new float[4 * selected.length];
        float[] deltas = new float[4 * selected.length];
        for (int i = 0; i < deltas.length; i++) {
            int position = 4 * selected[i / 4] + i % 4;
            anchors[i] = grid[position];
            deltas[i] = (float) (0.1 * Math.sin(0.017 * position * (double) position + 1.1 * position + 0.7));
        }
        float[] info = golden.floats("im_info");
        Shape shape = Shape.of(selected.length, 4);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Variable<TFloat32> weights = tf.variable(tf.constant(shape, DataBuffers.of(deltas)));
            Operand<TFloat32> predicted = tf.identity(weights);
            Operand<TFloat32> movedBy = tf.stopGradient(predicted);
            Operand<TFloat32> boxes = new Cascade(tf, config, Layers.uninitialised(tf))
                    .move(
                            tf.constant(shape, DataBuffers.of(anchors)),
                            movedBy,
                            tf.constant(info[0]),
                            tf.constant(info[1]));
            Operand<TFloat32> read = tf.stopGradient(boxes);
            Operand<TFloat32> features = tf.math.mul(predicted, tf.constant(0f));
            Operand<TFloat32> readFeatures = tf.stopGradient(features);
            Operand<TFloat32> upstream = tf.constant(shape, DataBuffers.of(golden.floats("grad_rois")));
            Operand<TFloat32> loss = total(tf, tf.math.add(tf.math.mul(read, upstream), readFeatures));
            Map<String, Operand<TFloat32>> gradients = BackwardPass.gradients(
                    tf,
                    List.of(
                            new BackwardPass.Section(
                                    total(tf, features),
                                    Map.of("deltas", weights),
                                    features,
                                    Optional.empty(),
                                    Optional.of(new BackwardPass.Bridge(predicted, movedBy, boxes))),
                            new BackwardPass.Section(
                                    loss, Map.of(), readFeatures, Optional.of(read), Optional.empty())),
                    bound);
            try (Session session = new Session(graph)) {
                session.initialize();
                try (Result result = session.runner()
                        .fetch(java.util.Objects.requireNonNull(gradients.get("deltas")))
                        .run()) {
                    return StepTensors.floats(result.get(0));
                }
            }
        }
    }

    private static Operand<TFloat32> total(Ops tf, Operand<TFloat32> values) {
        return tf.reduceSum(values, tf.constant(new int[] {0, 1}), ReduceSum.keepDims(false));
    }
}
