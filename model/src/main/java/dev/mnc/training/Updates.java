package dev.mnc.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.L2Loss;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.types.TFloat32;

/**
 * The operations that turn a loss into one update of every variable.
 *
 * <p>The updates wait for all gradients, and lock: without that barrier they race with the operations that still read the
 * old weights. The learning rate, and Adam's two powers, are fed, so that a schedule is plain Java and a resumed run
 * needs to know its step alone.
 */
final class Updates {

    private static final float MOMENTUM = 0.9f;
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-7f;

    private final Ops tf;
    private final TrainingConfig settings;
    private final Placeholder<TFloat32> rate;
    private final Placeholder<TFloat32> power1;
    private final Placeholder<TFloat32> power2;
    /** Global norm of the gradients before clipping, a scalar. */
    final Operand<TFloat32> norm;
    /** Run this to update every variable once. */
    final Op step;

    Updates(Ops tf, TrainingConfig settings, Operand<TFloat32> loss, Map<String, Variable<TFloat32>> variables) {
        this.tf = tf;
        this.settings = settings;
        this.rate = scalar();
        this.power1 = scalar();
        this.power2 = scalar();
        List<Variable<TFloat32>> weights = List.copyOf(variables.values());
        Gradients gradients = tf.gradients(loss, weights);
        List<Operand<TFloat32>> all = new ArrayList<>();
        List<Operand<TFloat32>> squares = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Operand<TFloat32> gradient = gradients.dy(i);
            all.add(gradient);
            squares.add(L2Loss.create(tf.scope(), gradient));
        }
        this.norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(squares)));
        Operand<TFloat32> shrink =
                tf.math.minimum(tf.constant(1f), tf.math.div(tf.constant((float) settings.clipNorm()), norm));
        List<Op> ready = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Operand<TFloat32> decay = tf.math.mul(tf.constant((float) settings.weightDecay()), weights.get(i));
            Operand<TFloat32> gradient = tf.math.add(tf.math.mul(all.get(i), shrink), decay);
            all.set(i, gradient);
            ready.add(gradient);
        }
        Ops after = tf.withControlDependencies(ready);
        List<Op> updates = new ArrayList<>();
        int index = 0;
        for (Map.Entry<String, Variable<TFloat32>> entry : variables.entrySet()) {
            updates.add(update(after, entry.getKey(), entry.getValue(), all.get(index++)));
        }
        this.step = tf.withControlDependencies(updates).noOp();
    }

    private Placeholder<TFloat32> scalar() {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    }

    private Op update(Ops after, String name, Variable<TFloat32> weights, Operand<TFloat32> gradient) {
        return switch (settings.optimiser()) {
            case MOMENTUM ->
                after.train.applyMomentum(
                        weights,
                        slot(name + "_momentum", weights.shape()),
                        rate,
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
                        rate,
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
     * Feeds what a step needs.
     *
     * @param learningRate the rate of this step
     * @param number how many updates there were before, from 0
     */
    void feed(Session.Runner runner, Feeds feeds, double learningRate, int number) {
        runner.feed(rate, feeds.scalar((float) learningRate));
        runner.feed(power1, feeds.scalar((float) Math.pow(BETA1, number + 1.0)));
        runner.feed(power2, feeds.scalar((float) Math.pow(BETA2, number + 1.0)));
    }
}
