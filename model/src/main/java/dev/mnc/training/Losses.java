package dev.mnc.training;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;

/**
 * The loss functions of the cascade as graph operations, each a scalar. Source: the layers of the released training
 * network.
 */
final class Losses {

    private final Ops tf;

    Losses(Ops tf) {
        this.tf = tf;
    }

    /**
     * Adds the sigmoid cross entropy, weighted and divided by the sum of the weights (or by 1 where that is 0).
     *
     * @param logits any shape
     * @param targets same shape, in [0, 1]
     * @param weights same shape, at least 0
     */
    Operand<TFloat32> sigmoidCrossEntropy(
            Operand<TFloat32> logits, Operand<TFloat32> targets, Operand<TFloat32> weights) {
        // max(x, 0) - x z + log(1 + exp(-|x|)): no exponential of a positive number.
        Operand<TFloat32> tail = tf.math.log1p(tf.math.exp(tf.math.neg(tf.math.abs(logits))));
        Operand<TFloat32> each = tf.math.add(tf.math.sub(tf.nn.relu(logits), tf.math.mul(logits, targets)), tail);
        return tf.math.div(total(tf.math.mul(each, weights)), tf.math.maximum(total(weights), tf.constant(1f)));
    }

    /**
     * Adds the softmax cross entropy, averaged over the rows.
     *
     * @param logits {@code [R, C]}
     * @param labels {@code [R, C]}, one row one-hot
     */
    Operand<TFloat32> softmaxCrossEntropy(Operand<TFloat32> logits, Operand<TFloat32> labels) {
        return tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, labels).loss(), tf.constant(0));
    }

    /**
     * Adds the smooth L1 of each element: {@code 0.5 σ² x²} where {@code |x| < 1/σ²}, else {@code |x| - 0.5 / σ²}.
     *
     * @param differences any shape
     * @param sigma 3 for the region proposal network, 1 for the category stage
     * @return same shape
     */
    Operand<TFloat32> smoothL1(Operand<TFloat32> differences, float sigma) {
        float squared = sigma * sigma;
        Operand<TFloat32> size = tf.math.abs(differences);
        // With m = min(|x|, 1/σ²) both branches are 0.5 σ² m² + (|x| - m).
        Operand<TFloat32> small = tf.math.minimum(size, tf.constant(1 / squared));
        Operand<TFloat32> quadratic = tf.math.mul(tf.constant(0.5f * squared), tf.math.mul(small, small));
        return tf.math.add(quadratic, tf.math.sub(size, small));
    }

    /** Adds the sum of all elements. */
    Operand<TFloat32> total(Operand<TFloat32> tensor) {
        Operand<TFloat32> flat = tf.reshape(tensor, tf.constant(new int[] {-1}));
        return tf.sum(flat, tf.constant(0), Sum.keepDims(false));
    }
}
