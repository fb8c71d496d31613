package dev.mnc.model.cascade;

import dev.mnc.model.cascade.MncConfig.Warp.Coordinates;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The RoI warping: crops the features of each RoI to a fixed size by bilinear sampling, differentiably in the features
 * and in the box.
 *
 * <p>Source: section 3.2 of the paper and {@code roi_warping_layer.cu}. For a box from x1 to x2 (px), sample j of P
 * lies at {@code x1/s + j (x2 - x1) / (s P)} on the feature grid of stride s: left-aligned, the last sample one step
 * short of x2. {@code crop_and_resize} puts its first and last samples on the box's two edges and divides by the map's
 * size less one, so it is given the box shrunk by (P - 1) / P, on a map with one repeated row and column appended; the
 * appended cells also stand for the clamping at the right and lower border.
 */
public final class RoiWarping {

    private final Ops tf;
    private final int samples;
    private final float stride;
    private final Coordinates coordinates;

    /**
     * Creates the warping onto the features of one body.
     *
     * @param tf adds operations to the graph
     * @param samples P, sample points a side
     * @param coordinates whether corners are rounded to the feature grid
     * @param stride image px for one feature cell
     */
    public RoiWarping(Ops tf, int samples, Coordinates coordinates, int stride) {
        this.tf = tf;
        this.samples = samples;
        this.stride = stride;
        this.coordinates = coordinates;
    }

    /**
     * Crops the features of each RoI.
     *
     * @param features {@code [N, h, w, c]}
     * @param rois {@code [R, 4]} (x1, y1, x2, y2), px of the scaled image, inside it
     * @param images {@code [R]}, which of the N images each RoI belongs to
     * @return {@code [R, P, P, c]}
     */
    public Operand<TFloat32> warp(Operand<TFloat32> features, Operand<TFloat32> rois, Operand<TInt32> images) {
        Operand<TFloat32> extended =
                tf.mirrorPad(features, tf.constant(new int[][] {{0, 0}, {0, 1}, {0, 1}, {0, 0}}), "SYMMETRIC");
        BoxOps boxOps = new BoxOps(tf);
        List<Operand<TFloat32>> corner = boxOps.corners(rois);
        List<Operand<TFloat32>> x = sampled(corner.get(0), corner.get(2), size(features, 2));
        List<Operand<TFloat32>> y = sampled(corner.get(1), corner.get(3), size(features, 1));
        Operand<TFloat32> normalised = boxOps.boxes(y.get(0), x.get(0), y.get(1), x.get(1));
        return tf.image.cropAndResize(extended, normalised, images, tf.constant(new int[] {samples, samples}));
    }

    private Operand<TFloat32> size(Operand<TFloat32> features, int axis) {
        Operand<TInt32> length =
                tf.slice(tf.shape(features), tf.constant(new int[] {axis}), tf.constant(new int[] {1}));
        return tf.dtypes.cast(tf.reshape(length, tf.constant(Shape.scalar())), TFloat32.class);
    }

    /**
     * Computes the first and last sample of one side, over the map's length (which is the extended map's length less
     * one).
     */
    private List<Operand<TFloat32>> sampled(Operand<TFloat32> from, Operand<TFloat32> to, Operand<TFloat32> length) {
        Operand<TFloat32> first = onGrid(from);
        Operand<TFloat32> extent = tf.math.maximum(tf.math.sub(onGrid(to), first), tf.constant(0f));
        Operand<TFloat32> last = tf.math.add(first, tf.math.mul(extent, tf.constant((samples - 1f) / samples)));
        return List.of(tf.math.div(first, length), tf.math.div(last, length));
    }

    private Operand<TFloat32> onGrid(Operand<TFloat32> pixels) {
        Operand<TFloat32> cells = tf.math.div(pixels, tf.constant(stride));
        if (coordinates == Coordinates.CONTINUOUS) {
            return cells;
        }
        // Half away from zero, as CUDA's round does; its gradient is taken as one.
        Operand<TFloat32> whole = tf.math.floor(tf.math.add(cells, tf.constant(0.5f)));
        return tf.math.add(cells, tf.stopGradient(tf.math.sub(whole, cells)));
    }
}
