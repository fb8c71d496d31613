package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.scenes.SceneGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The gradients of the whole compact cascade against finite differences of its loss: weights are moved, and with them
 * features, boxes and masks, while the targets stay as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway")
@Tag("tensorflow")
class CascadeGradientTest {

    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Layers layers = new Layers(tf, 3);
    private final Session session = new Session(graph, SessionConfig.ofThreads(1));
    private final StepTensors feeds = new StepTensors();
    private final Map<String, Placeholder<TFloat32>> values = new LinkedHashMap<>();
    private final Map<String, Op> assigns = new LinkedHashMap<>();
    private TrainingGraph network;
    private TrainingStep step;
    private TrainingImage image;
    private TrainingStep.Prepared prepared;
    private Map<String, Operand<TFloat32>> exact;

    @BeforeAll
    void prepare(@TempDir Path folder) throws IOException {
        new SceneGenerator(11).write(folder, 1);
        GroundTruth truth = CocoJson.read(folder.resolve("ground-truth.json"));
        MncConfig config = MncConfig.compact(truth.categories().size(), 2);
        TrainingConfig settings = TrainerTest.settings(1);
        network = new TrainingGraph(tf, config, settings, layers);
        exact = network.gradients(Float.MAX_VALUE);
        OptimizerOps updates = new OptimizerOps(
                tf, settings.optimizer(), network.gradients(BackwardPass.RELEASED_BOUND), layers.variables());
        layers.variables().forEach((name, variable) -> {
            Placeholder<TFloat32> value = tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
            values.put(name, value);
            assigns.put(name, tf.assign(variable, value));
        });
        session.initialize();
        step = new TrainingStep(config, settings, network, updates, session);
        try (TrainingSet set = new TrainingSet(truth, folder.resolve("images"), List.of(config.scaling()), 1)) {
            image = set.image(0);
        }
        learn(0, 24);
    }

    /** Moves the weights to another point, and draws another batch there. */
    private void learn(int from, int to) {
        for (int i = from; i < to; i++) {
            step.run(image, i, 0);
        }
        prepared = step.prepare(image, to, 0, feeds);
    }

    @AfterAll
    void close() {
        feeds.close();
        session.close();
        graph.close();
    }

    @Test
    void everyWeightHasTheGradientThatFiniteDifferencesShow() {
        check(new Random(5));
        learn(24, 44);
        check(new Random(6));
    }

    private void check(Random random) {
        SoftAssertions softly = new SoftAssertions();
        List<String> names = List.copyOf(layers.variables().keySet());
        Map<String, float[]> gradients = fetched(exact);
        Map<String, float[]> weights = fetched(layers.variables());
        for (String name : names) {
            float[] gradient = gradients.get(name);
            // Along its own gradient a kernel's slope is far above the noise of single precision; biases are few
            // enough for any direction.
            double[] direction = new double[gradient.length];
            for (int i = 0; i < direction.length; i++) {
                direction[i] = name.endsWith("_b") ? random.nextGaussian() : gradient[i];
            }
            normalise(direction);
            double expected = 0;
            for (int i = 0; i < direction.length; i++) {
                expected += direction[i] * gradient[i];
            }
            // Steep directions lead into the next kink of a warp sooner.
            double step = name.endsWith("_b") ? 3e-3 : 1e-3 / Math.max(1, Math.abs(expected));
            float[] start = weights.get(name);
            double measured = slopeAt(name, start, direction, step, expected);
            move(name, start, direction, 0);
            softly.assertThat(measured).as(name).isCloseTo(expected, within(0.02 * Math.abs(expected) + 2e-4));
        }
        softly.assertAll();
        assertThat(names).hasSize(48);
    }

    @Test
    void whatComesBackThroughABoxIsBounded() {
        float[] without = fetched(Map.of("b", network.gradients(0).get("rpn_bbox_pred_b")))
                .get("b");
        float[] bounded = fetched(Map.of("b", network.gradients(1e-4f).get("rpn_bbox_pred_b")))
                .get("b");
        float[] free = fetched(Map.of("b", exact.get("rpn_bbox_pred_b"))).get("b");
        int proposals = 150;
        double largest = 0;
        for (int i = 0; i < without.length; i++) {
            assertThat((double) bounded[i]).isCloseTo(without[i], within(proposals * 1e-4));
            largest = Math.max(largest, Math.abs(free[i] - without[i]));
        }
        assertThat(bounded).isNotEqualTo(without);
        assertThat(largest).isGreaterThan(proposals * 1e-4);
    }

    @Test
    void stageWiseTrainingLetsNothingBackThroughBoxes() {
        float[] ofLoss = fetched(Map.of(
                        "b",
                        tf.gradients(
                                        network.losses.get("rpn_bbox"),
                                        List.of(layers.variables().get("rpn_bbox_pred_b")))
                                .<TFloat32>dy(0)))
                .get("b");
        assertThat(fetched(Map.of("b", network.gradients(0).get("rpn_bbox_pred_b")))
                        .get("b"))
                .containsExactly(ofLoss, Offset.offset(1e-7f));
    }

    @Test
    void frozenLayersHaveNoGradient() {
        TrainingConfig usual = TrainerTest.settings(1);
        TrainingConfig frozen = new TrainingConfig(
                usual.length(),
                usual.seed(),
                usual.optimizer(),
                usual.flow(),
                usual.maskWeight(),
                List.of("conv1", "conv2", "fc6_mask"),
                usual.scales(),
                usual.anchorBatch(),
                usual.anchorLabels(),
                usual.sampling());
        try (Graph other = new Graph()) {
            Ops own = Ops.create(other);
            Layers all = new Layers(own, 1);
            assertThat(new TrainingGraph(own, MncConfig.compact(3, 2), frozen, all)
                            .gradients(BackwardPass.RELEASED_BOUND)
                            .keySet())
                    .hasSize(48 - 4 - 4)
                    .contains("conv3_1_w", "fc6_w")
                    .doesNotContain("conv1_w", "conv2_b", "fc6_maskest_w", "fc6_mask_b");
        }
    }

    private static void normalise(double[] direction) {
        double sum = 0;
        for (double value : direction) {
            sum += value * value;
        }
        for (int i = 0; i < direction.length; i++) {
            direction[i] /= Math.sqrt(sum);
        }
    }

    /** Over a step, or half or a quarter of it, whichever is closest: a kink may lie within the larger ones. */
    private double slopeAt(String name, float[] start, double[] direction, double step, double expected) {
        return DoubleStream.of(step, step / 2, step / 4)
                .map(h -> (lossAt(name, start, direction, h) - lossAt(name, start, direction, -h)) / (2 * h))
                .boxed()
                .min(Comparator.comparingDouble(slope -> Math.abs(slope - expected)))
                .orElseThrow();
    }

    /** The loss with one variable moved along a direction. */
    private double lossAt(String name, float[] start, double[] direction, double distance) {
        move(name, start, direction, distance);
        return fetched(network.losses).values().stream()
                .mapToDouble(loss -> loss[0])
                .sum();
    }

    private void move(String name, float[] start, double[] direction, double distance) {
        float[] moved = new float[start.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (start[i] + distance * direction[i]);
        }
        try (StepTensors own = new StepTensors()) {
            long[] shape = layers.variables().get(name).shape().asArray();
            session.runner()
                    .feed(values.get(name), own.floats(moved, shape))
                    .addTarget(assigns.get(name))
                    .run()
                    .close();
        }
    }

    private Map<String, float[]> fetched(Map<String, ? extends Operand<TFloat32>> operands) {
        Session.Runner runner = session.runner();
        TrainingStep.feed(runner, prepared.inputs());
        operands.values().forEach(runner::fetch);
        Map<String, float[]> values = new LinkedHashMap<>();
        try (Result result = runner.run()) {
            for (String name : operands.keySet()) {
                values.put(name, StepTensors.floats(result.get(values.size())));
            }
        }
        return values;
    }
}
