package dev.mnc.model.cascade;

import dev.mnc.model.cascade.Layers.ConvolutionShape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The body of the model that ships: three strided convolutions down to stride 8 and residual pairs between them,
 * without normalisation layers, so that one image is a whole batch and nothing has to be folded for inference.
 */
record CompactBody(Ops tf, Layers layers, int width) implements BodyLayers {

    @Override
    public int channels() {
        return 4 * width;
    }

    @Override
    public int proposalChannels() {
        return channels();
    }

    @Override
    public Operand<TFloat32> features(Operand<TFloat32> images) {
        Operand<TFloat32> x = downscale("conv1", images, new ConvolutionShape(3, 2, 3, width));
        x = downscale("conv2", x, new ConvolutionShape(3, 2, width, 2 * width));
        x = residual("conv3", x, 2 * width);
        x = downscale("conv4", x, new ConvolutionShape(3, 2, 2 * width, channels()));
        x = residual("conv5", x, channels());
        x = residual("conv6", x, channels());
        return residual("conv7", x, channels());
    }

    private Operand<TFloat32> downscale(String name, Operand<TFloat32> x, ConvolutionShape shape) {
        return layers.relu(layers.convolution(name, x, shape, Layers.he(shape.inputs())));
    }

    /**
     * Adds a residual block. Its second convolution starts small, so that a fresh block begins close to the identity.
     */
    private Operand<TFloat32> residual(String name, Operand<TFloat32> x, int channels) {
        ConvolutionShape shape = new ConvolutionShape(3, 1, channels, channels);
        double deviation = Layers.he(shape.inputs());
        Operand<TFloat32> inner = layers.relu(layers.convolution(name + "_1", x, shape, deviation));
        return layers.relu(tf.math.add(x, layers.convolution(name + "_2", inner, shape, 0.3 * deviation)));
    }
}
