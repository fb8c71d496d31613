package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.mnc.model.Golden;
import java.io.IOException;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The oracle is {@code losses.json}: the released layers' formulas in NumPy. */
@Tag("tensorflow")
class LossesTest {

    @Test
    void sigmoidCrossEntropyAndItsGradientAreTheReleasedLayers() throws IOException {
        Golden golden = Golden.read("losses.json");
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> logits = tf.constant(golden.floats("mask_logits"));
            Operand<TFloat32> loss = new Losses(tf)
                    .sigmoidCrossEntropy(
                            logits,
                            tf.constant(golden.floats("mask_targets")),
                            tf.constant(golden.floats("mask_weights")));
            Output<?>[] gradient = graph.addGradients(loss.asOutput(), new Output<?>[] {logits.asOutput()});
            try (Session session = new Session(graph);
                    Result result =
                            session.runner().fetch(loss).fetch(gradient[0]).run()) {
                assertThat(((TFloat32) result.get(0)).getFloat()).isCloseTo(golden.number("mask_loss"), offset(1e-6f));
                assertThat(StepTensors.floats(result.get(1)))
                        .containsExactly(golden.floats("mask_grad"), offset(1e-6f));
            }
        }
    }

    @Test
    void sigmoidCrossEntropyWithoutAnyWeightIsZero() {
        assertThat(evaluate(tf -> new Losses(tf)
                        .sigmoidCrossEntropy(
                                tf.constant(new float[] {3, -80}),
                                tf.constant(new float[] {0, 1}),
                                tf.constant(new float[] {0, 0}))))
                .containsExactly(0f);
    }

    @ParameterizedTest
    @CsvSource({"1, smooth_l1_sigma1", "3, smooth_l1_sigma3"})
    void smoothL1IsTheReleasedLayers(float sigma, String expected) throws IOException {
        Golden golden = Golden.read("losses.json");
        assertThat(evaluate(tf -> new Losses(tf).smoothL1(tf.constant(golden.floats("smooth_l1_in")), sigma)))
                .containsExactly(golden.floats(expected), offset(1e-6f));
    }

    @Test
    void softmaxCrossEntropyIsTheMeanOfTheNegativeLogProbabilities() {
        double first = -Math.log(Math.exp(2) / (Math.exp(2) + Math.exp(-1) + 1));
        double second = -Math.log(1.0 / (Math.exp(3) + 1 + Math.exp(0.5)));
        float[] mean = evaluate(tf -> new Losses(tf)
                .softmaxCrossEntropy(tf.constant(new float[][] {{2, -1, 0}, {3, 0, 0.5f}}), tf.constant(new float[][] {
                    {1, 0, 0}, {0, 1, 0}
                })));
        assertThat(mean).containsExactly(new float[] {(float) ((first + second) / 2)}, offset(1e-6f));
    }

    private static float[] evaluate(Function<Ops, Operand<TFloat32>> loss) {
        try (Graph graph = new Graph()) {
            Operand<TFloat32> value = loss.apply(Ops.create(graph));
            try (Session session = new Session(graph);
                    Result result = session.runner().fetch(value).run()) {
                return StepTensors.floats(result.get(0));
            }
        }
    }
}
