package dev.mnc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.model.cascade.SessionConfig;
import dev.mnc.training.OptimizerSettings.Optimiser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Updates against the formulas of the two optimisers. With a constant gradient g and a rate r, momentum's weights after
 * n updates have moved by {@code r g (n - m (1 - m^n) / (1 - m)) / (1 - m)}; Adam's, whose corrected moments are then g
 * and g² at every update, by {@code n r} against the sign of g.
 */
@Tag("tensorflow")
class OptimizerOpsTest {

    private static final double RATE = 0.125;
    private static final double MOMENTUM = 0.9;
    private static final double UNBOUND = 1e6;

    /** A weight and a bias that start at the same value, and the gradient of each image, fed. */
    private static final class Scalars implements AutoCloseable {

        private final Graph graph = new Graph();
        private final Ops tf = Ops.create(graph);
        private final Session session = new Session(graph, SessionConfig.ofThreads(2));
        private final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
        private final Map<String, Placeholder<TFloat32>> gradients = new LinkedHashMap<>();
        private final OptimizerOps updates;
        private int images;
        private double norm;

        Scalars(OptimizerSettings optimizer, double start) {
            for (String name : List.of("fc_w", "fc_b")) {
                variables.put(name, tf.variable(tf.constant((float) start)));
                gradients.put(name, tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())));
            }
            updates =
                    new OptimizerOps(tf, optimizer, new LinkedHashMap<String, Operand<TFloat32>>(gradients), variables);
            session.initialize();
        }

        /** Learns from one image at {@link #RATE}. */
        void learn(double weightGradient, double biasGradient) {
            learn(weightGradient, biasGradient, RATE);
        }

        void learn(double weightGradient, double biasGradient, double rate) {
            try (StepTensors feeds = new StepTensors()) {
                Session.Runner runner = session.runner();
                runner.feed(gradient("fc_w"), feeds.scalar((float) weightGradient));
                runner.feed(gradient("fc_b"), feeds.scalar((float) biasGradient));
                updates.addTo(runner, feeds, rate, images++);
                Result result = feeds.results(runner.fetch(updates.norm).run());
                norm = ((TFloat32) result.get(0)).getFloat();
            }
        }

        private Placeholder<TFloat32> gradient(String name) {
            return java.util.Objects.requireNonNull(gradients.get(name));
        }

        double weight() {
            return value("fc_w");
        }

        double bias() {
            return value("fc_b");
        }

        private double value(String name) {
            try (Result result = session.runner()
                    .fetch(java.util.Objects.requireNonNull(variables.get(name)))
                    .run()) {
                return ((TFloat32) result.get(0)).getFloat();
            }
        }

        @Override
        public void close() {
            session.close();
            graph.close();
        }
    }

    private static OptimizerSettings optimizer(
            Optimiser optimiser, double biasRate, double weightDecay, double clipNorm, int imagesPerUpdate) {
        return new OptimizerSettings(
                optimiser, RATE, 0, List.of(), 1, biasRate, weightDecay, clipNorm, imagesPerUpdate);
    }

    /** Returns the distance that a constant gradient takes a weight in n updates. */
    private static double distance(Optimiser optimiser, double gradient, int updates) {
        return switch (optimiser) {
            case MOMENTUM ->
                RATE
                        * gradient
                        * (updates - MOMENTUM * (1 - Math.pow(MOMENTUM, updates)) / (1 - MOMENTUM))
                        / (1 - MOMENTUM);
            case ADAM -> RATE * Math.signum(gradient) * updates;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aConstantGradientMovesAWeightAsFarAsTheFormulaSays(Optimiser optimiser) {
        try (Scalars scalars = new Scalars(optimizer(optimiser, 1, 0, UNBOUND, 1), 2)) {
            for (int update = 1; update <= 5; update++) {
                scalars.learn(0.5, -0.25);
                assertThat(scalars.weight())
                        .as("after %d", update)
                        .isCloseTo(2 - distance(optimiser, 0.5, update), within(2e-5));
                assertThat(scalars.bias())
                        .as("after %d", update)
                        .isCloseTo(2 - distance(optimiser, -0.25, update), within(2e-5));
            }
        }
    }

    /** 1, 1 + 0.9, 1 + 0.9 + 0.81: written out, so that the formula above is not its own witness. */
    @Test
    void momentumKeepsNineTenthsOfEveryStepBefore() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 1, 0, UNBOUND, 1), 0)) {
            scalars.learn(1, 0);
            assertThat(scalars.weight()).isCloseTo(-RATE, within(1e-6));
            scalars.learn(1, 0);
            assertThat(scalars.weight()).isCloseTo(-RATE * (1 + 1.9), within(1e-6));
            scalars.learn(1, 0);
            assertThat(scalars.weight()).isCloseTo(-RATE * (1 + 1.9 + 2.71), within(1e-6));
            scalars.learn(0, 0);
            assertThat(scalars.weight()).isCloseTo(-RATE * (1 + 1.9 + 2.71 + 2.439), within(1e-6));
        }
    }

    /** A fall of the rate is felt at once, for it also scales the momentum of earlier steps. */
    @Test
    void momentumTakesTheWholeStepAtTheRateOfTheStep() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 1, 0, UNBOUND, 1), 0)) {
            scalars.learn(1, 0, 1);
            scalars.learn(1, 0, 0.1);
            assertThat(scalars.weight()).isCloseTo(-(1 + 0.1 * 1.9), within(1e-6));
        }
    }

    /** Two unlike gradients: m = 0.9 (0.1 · 1) - 0.1 · 3 = -0.21, v = 0.999 (0.001 · 1) + 0.001 · 9 = 0.009999. */
    @Test
    void adamDividesTheMeanOfTheGradientsByTheirSize() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.ADAM, 1, 0, UNBOUND, 1), 0)) {
            scalars.learn(1, 0);
            scalars.learn(-3, 0);
            double second = (-0.21 / (1 - 0.81)) / Math.sqrt(0.009999 / (1 - 0.998001));
            assertThat(scalars.weight()).isCloseTo(-RATE - RATE * second, within(1e-5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void biasesLearnAtTheirOwnRate(Optimiser optimiser) {
        try (Scalars scalars = new Scalars(optimizer(optimiser, 2, 0, UNBOUND, 1), 0)) {
            for (int update = 1; update <= 3; update++) {
                scalars.learn(0.5, 0.5);
                assertThat(scalars.weight()).isCloseTo(-distance(optimiser, 0.5, update), within(2e-5));
                assertThat(scalars.bias()).isCloseTo(-2 * distance(optimiser, 0.5, update), within(4e-5));
            }
        }
    }

    /**
     * The decay is part of the gradient, biases' too: the first update takes {@code r d w} off w, the second
     * {@code r (0.9 d w + d w')}.
     */
    @Test
    void decayShrinksWeightsAndBiasesThroughTheMomentum() {
        double decay = 0.5;
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 2, decay, UNBOUND, 1), 4)) {
            scalars.learn(0, 0);
            double weight = 4 * (1 - RATE * decay);
            double bias = 4 * (1 - 2 * RATE * decay);
            assertThat(scalars.weight()).isCloseTo(weight, within(1e-6));
            assertThat(scalars.bias()).isCloseTo(bias, within(1e-6));

            scalars.learn(0, 0);
            assertThat(scalars.weight()).isCloseTo(weight - RATE * decay * (0.9 * 4 + weight), within(1e-6));
            assertThat(scalars.bias()).isCloseTo(bias - 2 * RATE * decay * (0.9 * 4 + bias), within(1e-6));
        }
    }

    /** Adam's step depends on the sign of the first gradient alone: 1 - 0.5 · 4 is below 0, 1 - 0.5 · 1 is not. */
    @Test
    void decayIsPartOfAdamsGradientToo() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.ADAM, 1, 0.5, UNBOUND, 1), -4)) {
            scalars.learn(1, 3);
            assertThat(scalars.weight()).isCloseTo(-4 + RATE, within(1e-5));
            assertThat(scalars.bias()).isCloseTo(-4 - RATE, within(1e-5));
        }
    }

    /** Gradients 3 and 4 have the norm 5; all updates must be as the first, whose gradients have the norm allowed. */
    @ParameterizedTest
    @EnumSource
    void gradientsAreScaledDownTogetherToTheClipNorm(Optimiser optimiser) {
        try (Scalars scalars = new Scalars(optimizer(optimiser, 1, 0, 0.5, 1), 0)) {
            for (int update = 1; update <= 3; update++) {
                double size = Math.pow(10, update - 1);
                scalars.learn(0.3 * size, -0.4 * size);
                assertThat(scalars.norm).as("before clipping").isCloseTo(0.5 * size, within(1e-5));
                assertThat(scalars.weight()).isCloseTo(-distance(optimiser, 0.3, update), within(2e-5));
                assertThat(scalars.bias()).isCloseTo(-distance(optimiser, -0.4, update), within(2e-5));
            }
        }
    }

    @Test
    void gradientsWithinTheClipNormStayAsTheyAre() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 1, 0, 5.01, 1), 0)) {
            scalars.learn(3, -4);
            assertThat(scalars.weight()).isCloseTo(-RATE * 3, within(1e-6));
            assertThat(scalars.bias()).isCloseTo(RATE * 4, within(1e-6));
            double before = scalars.weight();
            scalars.learn(0, 0);
            assertThat(scalars.norm).isZero();
            assertThat(scalars.weight()).isCloseTo(before - RATE * 2.7, within(1e-6));
        }
    }

    /** As in Caffe, whose clipping comes before its decay: a tight norm does not weaken the decay. */
    @Test
    void decayIsNotClipped() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 1, 0.5, 0.5, 1), 4)) {
            scalars.learn(3, -4);
            assertThat(scalars.weight()).isCloseTo(4 - RATE * (0.3 + 2), within(1e-6));
            assertThat(scalars.bias()).isCloseTo(4 - RATE * (-0.4 + 2), within(1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGradientsOfAnUpdatesImagesAreAveraged(Optimiser optimiser) {
        try (Scalars scalars = new Scalars(optimizer(optimiser, 2, 0, UNBOUND, 3), 1)) {
            for (int update = 1; update <= 3; update++) {
                double weight = scalars.weight();
                double bias = scalars.bias();
                scalars.learn(1, -1);
                scalars.learn(-2, -1);
                assertThat(scalars.weight())
                        .as("in the midst of update %d", update)
                        .isEqualTo(weight);
                assertThat(scalars.bias()).isEqualTo(bias);
                scalars.learn(2.5, 1.25);
                assertThat(scalars.norm).isCloseTo(Math.hypot(0.5, 0.25), within(1e-6));
                assertThat(scalars.weight()).isCloseTo(1 - distance(optimiser, 0.5, update), within(2e-5));
                assertThat(scalars.bias()).isCloseTo(1 - 2 * distance(optimiser, -0.25, update), within(4e-5));
            }
        }
    }

    /** One image alone is far above the norm, the mean of two is not; and the decay counts once, not once an image. */
    @Test
    void theMeanIsClippedAndDecayedNotEachImage() {
        try (Scalars scalars = new Scalars(optimizer(Optimiser.MOMENTUM, 1, 0.5, 1, 2), 4)) {
            scalars.learn(100, 0);
            scalars.learn(-99, 0);
            assertThat(scalars.weight()).isCloseTo(4 - RATE * (0.5 + 2), within(1e-5));
        }
    }

    @Test
    void onlyWhatHasAGradientChanges() {
        try (Graph graph = new Graph();
                Session session = new Session(graph, SessionConfig.ofThreads(1));
                StepTensors feeds = new StepTensors()) {
            Ops tf = Ops.create(graph);
            Variable<TFloat32> learnt = tf.variable(tf.constant(1f));
            Variable<TFloat32> frozen = tf.variable(tf.constant(1f));
            OptimizerOps updates = new OptimizerOps(
                    tf,
                    optimizer(Optimiser.MOMENTUM, 1, 0.5, UNBOUND, 1),
                    Map.of("fc_w", tf.constant(1f)),
                    Map.of("fc_w", learnt, "conv1_w", frozen));
            session.initialize();
            Session.Runner runner = session.runner();
            updates.addTo(runner, feeds, RATE, 0);
            runner.run().close();
            try (Result result = session.runner().fetch(learnt).fetch(frozen).run()) {
                assertThat(((TFloat32) result.get(0)).getFloat()).isEqualTo(1 - 0.125f * 1.5f);
                assertThat(((TFloat32) result.get(1)).getFloat()).isEqualTo(1);
            }
        }
    }
}
