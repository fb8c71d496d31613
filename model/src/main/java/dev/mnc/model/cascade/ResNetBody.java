package dev.mnc.model.cascade;

import dev.mnc.model.cascade.Layers.ConvolutionShape;
import dev.mnc.model.cascade.Layers.Padding;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * A residual network of bottleneck blocks. All stages share conv1 to res4, at stride 16; res5 is run for each RoI, once
 * for each path of the category stage, as He et al. 2016 (section on object detection) do and the paper adopts for
 * COCO.
 *
 * <p>The layout is the original one, where the first 1 x 1 convolution of a block has its stride. Batch normalisation
 * is folded into the convolutions, as with statistics that stay frozen: every layer is a convolution with bias and
 * nothing is normalised at run time. Layers carry the names of Keras applications, {@code conv2_block1_1_conv} and so
 * on.
 *
 * @param width channels of conv1; the features have 16 times as many, res5 gives 32 times as many
 * @param blocks number of blocks of res2, res3, res4 and res5
 */
record ResNetBody(Ops tf, Layers layers, int width, List<Integer> blocks) implements BodyLayers {

    static final List<Integer> BLOCKS_50 = List.of(3, 4, 6, 3);
    static final List<Integer> BLOCKS_101 = List.of(3, 4, 23, 3);

    /** The number of channels of res5, over the width. */
    static final int ROI_CHANNELS = 32;

    /**
     * The factor on the usual initial deviation for the last layer of a block: a fresh block begins close to the
     * identity.
     */
    private static final double SMALL = 0.2;

    @Override
    public int channels() {
        return 16 * width;
    }

    @Override
    public int proposalChannels() {
        return 8 * width;
    }

    @Override
    public Operand<TFloat32> features(Operand<TFloat32> images) {
        ConvolutionShape first = new ConvolutionShape(7, 2, 3, width, Padding.EVEN);
        Operand<TFloat32> x = layers.relu(layers.convolution("conv1_conv", images, first, Layers.he(first.inputs())));
        x = layers.maxPoolOverlapping(x);
        int in = width;
        for (int stage = 2; stage <= 4; stage++) {
            x = stage(stage, "", x, in);
            in = 4 * inner(stage);
        }
        return x;
    }

    /**
     * Adds one path of the category stage: res5 and the mean over what is left of the RoI.
     *
     * @param suffix of the layers' names, different for the two paths
     * @param roiFeatures {@code [R, P / 2, P / 2, c]}
     * @param channels c
     * @return {@code [R, 32 * width]}
     */
    Operand<TFloat32> roiPath(String suffix, Operand<TFloat32> roiFeatures, int channels) {
        Operand<TFloat32> x = stage(5, suffix, roiFeatures, channels);
        return tf.math.mean(x, tf.constant(new int[] {1, 2}), Mean.keepDims(false));
    }

    /** Returns the number of channels inside the blocks of one stage; their output has four times as many. */
    private int inner(int stage) {
        return width << (stage - 2);
    }

    private Operand<TFloat32> stage(int stage, String suffix, Operand<TFloat32> input, int channels) {
        Operand<TFloat32> x = input;
        int inner = inner(stage);
        for (int block = 1; block <= blocks.get(stage - 2); block++) {
            String name = "conv" + stage + "_block" + block + "_";
            int stride = block == 1 && stage > 2 ? 2 : 1;
            int in = block == 1 ? channels : 4 * inner;
            Operand<TFloat32> shortcut = x;
            if (block == 1) {
                // Not followed by a ReLU, so half the usual variance keeps that of its output.
                ConvolutionShape shape = new ConvolutionShape(1, stride, in, 4 * inner);
                shortcut = layers.convolution(
                        name + "0_conv" + suffix, x, shape, Math.sqrt(0.5) * Layers.he(shape.inputs()));
            }
            Operand<TFloat32> reduced =
                    rectified(name + "1_conv" + suffix, x, new ConvolutionShape(1, stride, in, inner));
            Operand<TFloat32> middle =
                    rectified(name + "2_conv" + suffix, reduced, new ConvolutionShape(3, 1, inner, inner));
            ConvolutionShape last = new ConvolutionShape(1, 1, inner, 4 * inner);
            Operand<TFloat32> residual =
                    layers.convolution(name + "3_conv" + suffix, middle, last, SMALL * Layers.he(last.inputs()));
            x = layers.relu(tf.math.add(shortcut, residual));
        }
        return x;
    }

    private Operand<TFloat32> rectified(String name, Operand<TFloat32> x, ConvolutionShape shape) {
        return layers.relu(layers.convolution(name, x, shape, Layers.he(shape.inputs())));
    }
}
