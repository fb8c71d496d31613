package dev.mnc.model.cascade;

import dev.mnc.model.voting.BoxCoding;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * {@link BoxCoding} as graph operations: boxes {@code [.., 4]} = (x1, y1, x2, y2), inclusive corners, px of the scaled
 * image. All of them are differentiable in boxes and deltas.
 */
final class BoxOps {

    /** exp() of more than this would make a box over 60 times its size; the guard keeps a diverging step finite. */
    private static final float LARGEST_LOG_GROWTH = (float) Math.log(1000.0 / 16);

    private final Ops tf;

    BoxOps(Ops tf) {
        this.tf = tf;
    }

    /** Splits boxes into their four coordinates, each without the last axis. */
    List<Operand<TFloat32>> corners(Operand<TFloat32> boxes) {
        return List.copyOf(tf.unstack(boxes, 4L, Unstack.axis(-1L)).output());
    }

    /** Joins four coordinates to boxes. */
    Operand<TFloat32> boxes(Operand<TFloat32> x1, Operand<TFloat32> y1, Operand<TFloat32> x2, Operand<TFloat32> y2) {
        return tf.stack(List.of(x1, y1, x2, y2), Stack.axis(-1L));
    }

    /** Moves boxes by their deltas (dx, dy, dw, dh), as {@code bbox_transform_inv} does; shapes broadcast. */
    Operand<TFloat32> decode(Operand<TFloat32> boxes, Operand<TFloat32> deltas) {
        List<Operand<TFloat32>> box = corners(boxes);
        List<Operand<TFloat32>> delta = corners(deltas);
        List<Operand<TFloat32>> x = decodeSide(box.get(0), box.get(2), delta.get(0), delta.get(2));
        List<Operand<TFloat32>> y = decodeSide(box.get(1), box.get(3), delta.get(1), delta.get(3));
        return boxes(x.get(0), y.get(0), x.get(1), y.get(1));
    }

    private List<Operand<TFloat32>> decodeSide(
            Operand<TFloat32> from, Operand<TFloat32> to, Operand<TFloat32> shift, Operand<TFloat32> growth) {
        Operand<TFloat32> half = tf.constant(0.5f);
        Operand<TFloat32> size = tf.math.add(tf.math.sub(to, from), tf.constant(1f));
        Operand<TFloat32> centre = tf.math.add(from, tf.math.mul(half, size));
        Operand<TFloat32> newCentre = tf.math.add(tf.math.mul(shift, size), centre);
        Operand<TFloat32> bounded = tf.math.minimum(growth, tf.constant(LARGEST_LOG_GROWTH));
        Operand<TFloat32> halfSize = tf.math.mul(half, tf.math.mul(tf.math.exp(bounded), size));
        return List.of(tf.math.sub(newCentre, halfSize), tf.math.add(newCentre, halfSize));
    }

    /** Clips boxes to the image: x to [0, width - 1], y to [0, height - 1]; the limits broadcast against a corner. */
    Operand<TFloat32> clip(Operand<TFloat32> boxes, Operand<TFloat32> height, Operand<TFloat32> width) {
        List<Operand<TFloat32>> box = corners(boxes);
        return boxes(
                clipSide(box.get(0), width),
                clipSide(box.get(1), height),
                clipSide(box.get(2), width),
                clipSide(box.get(3), height));
    }

    private Operand<TFloat32> clipSide(Operand<TFloat32> corner, Operand<TFloat32> length) {
        Operand<TFloat32> last = tf.math.sub(length, tf.constant(1f));
        return tf.math.maximum(tf.math.minimum(corner, last), tf.constant(0f));
    }
}
