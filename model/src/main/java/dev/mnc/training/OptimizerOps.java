package dev.mnc.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.L2Loss;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.types.TFloat32;

/**
 * The operations that turn gradients into one update of every variable.
 *
 * <p>The updates wait for all gradients and lock their variables: without that barrier they race with the operations
 * that still read the old weights. The learning rate, and Adam's two powers, are fed, so that the schedule is plain
 * Java and a resumed run needs only its step. Where an update averages several images, their gradients are summed in
 * variables of their own, which are in the checkpoint too.
 */
final class OptimizerOps {

    private static final float MOMENTUM = 0.9f;
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-7f;

    private final Ops tf;
    private final OptimizerSettings optimizer;
    private final Placeholder<TFloat32> rate;
    private final Placeholder<TFloat32> power1;
    private final Placeholder<TFloat32> power2;
    private final Map<String, Variable<TFloat32>> sums = new LinkedHashMap<>();
    /** Global norm of the gradients before clipping, a scalar; over all images of the update so far. */
    final Operand<TFloat32> norm;
    /** Adds the gradients of an image that is not the last of its update. */
    private final Op collect;
    /** Updates every variable once. */
    private final Op update;

    /**
     * Adds the updates of the variables that have a gradient.
     *
     * @param gradients by the variable's name
     * @param variables by name
     */
    OptimizerOps(
            Ops tf,
            OptimizerSettings optimizer,
            Map<String, Operand<TFloat32>> gradients,
            Map<String, Variable<TFloat32>> variables) {
        this.tf = tf;
        this.optimizer = optimizer;
        this.rate = scalar();
        this.power1 = scalar();
        this.power2 = scalar();
        Map<String, Operand<TFloat32>> means =
                optimizer.imagesPerUpdate() == 1 ? gradients : withSums(gradients, variables);
        List<Operand<TFloat32>> squares = new ArrayList<>();
        means.values().forEach(mean -> squares.add(L2Loss.create(tf.scope(), mean)));
        this.norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(squares)));
        this.collect = collect(means);
        this.update = update(means, variables);
    }

    private Map<String, Operand<TFloat32>> withSums(
            Map<String, Operand<TFloat32>> gradients, Map<String, Variable<TFloat32>> variables) {
        Operand<TFloat32> share = tf.constant(1f / optimizer.imagesPerUpdate());
        Map<String, Operand<TFloat32>> means = new LinkedHashMap<>();
        gradients.forEach((name, gradient) -> {
            Variable<TFloat32> sum = slot(
                    name + "_sum", Objects.requireNonNull(variables.get(name)).shape());
            sums.put(name, sum);
            means.put(name, tf.math.add(sum, tf.math.mul(gradient, share)));
        });
        return means;
    }

    private Op collect(Map<String, Operand<TFloat32>> means) {
        Ops after = tf.withControlDependencies(List.<Op>copyOf(means.values()));
        List<Op> assigned = new ArrayList<>();
        sums.forEach((name, sum) -> assigned.add(after.assign(sum, Objects.requireNonNull(means.get(name)))));
        return tf.withControlDependencies(assigned).noOp();
    }

    private Op update(Map<String, Operand<TFloat32>> means, Map<String, Variable<TFloat32>> variables) {
        Operand<TFloat32> shrink =
                tf.math.minimum(tf.constant(1f), tf.math.div(tf.constant((float) optimizer.clipNorm()), norm));
        Map<String, Operand<TFloat32>> decayed = new LinkedHashMap<>();
        means.forEach((name, mean) -> {
            Variable<TFloat32> weights = Objects.requireNonNull(variables.get(name));
            Operand<TFloat32> decay = tf.math.mul(tf.constant((float) optimizer.weightDecay()), weights);
            decayed.put(name, tf.math.add(tf.math.mul(mean, shrink), decay));
        });
        Ops after = tf.withControlDependencies(List.<Op>copyOf(decayed.values()));
        List<Op> updates = new ArrayList<>();
        decayed.forEach((name, gradient) ->
                updates.add(apply(after, name, Objects.requireNonNull(variables.get(name)), gradient)));
        sums.values().forEach(sum -> updates.add(after.assign(sum, after.zerosLike(sum))));
        return tf.withControlDependencies(updates).noOp();
    }

    private Placeholder<TFloat32> scalar() {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    }

    private Op apply(Ops after, String name, Variable<TFloat32> weights, Operand<TFloat32> gradient) {
        Operand<TFloat32> ownRate =
                name.endsWith("_b") ? after.math.mul(rate, after.constant((float) optimizer.biasRate())) : rate;
        return switch (optimizer.optimiser()) {
            case MOMENTUM ->
                after.train.applyMomentum(
                        weights,
                        slot(name + "_momentum", weights.shape()),
                        ownRate,
                        gradient,
                        after.constant(MOMENTUM),
                        ApplyMomentum.useLocking(true));
            case ADAM ->
                after.train.applyAdam(
                        weights,
                        slot(name + "_adam_m", weights.shape()),
                        slot(name + "_adam_v", weights.shape()),
                        power1,
                        power2,
                        ownRate,
                        after.constant(BETA1),
                        after.constant(BETA2),
                        after.constant(EPSILON),
                        gradient,
                        ApplyAdam.useLocking(true));
        };
    }

    private Variable<TFloat32> slot(String name, Shape shape) {
        return tf.withName(name).variable(tf.zeros(tf.constant(shape), TFloat32.class));
    }

    /**
     * Adds the update for one image to a run.
     *
     * @param learningRate the rate of this step
     * @param step number of images before, from 0
     */
    void addTo(Session.Runner runner, StepTensors feeds, double learningRate, int step) {
        if ((step + 1) % optimizer.imagesPerUpdate() != 0) {
            runner.addTarget(collect);
            return;
        }
        int updateNumber = (step + 1) / optimizer.imagesPerUpdate();
        runner.feed(rate, feeds.scalar((float) learningRate))
                .feed(power1, feeds.scalar((float) Math.pow(BETA1, updateNumber)))
                .feed(power2, feeds.scalar((float) Math.pow(BETA2, updateNumber)))
                .addTarget(update);
    }
}
