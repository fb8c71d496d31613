package dev.mnc.mnc;

import dev.mnc.mnc.Layers.ConvolutionShape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The body of the model that ships: three strided convolutions down to stride 8 and residual pairs between them, without
 * normalisation layers, so that one image is a whole batch and nothing has to be folded for inference.
 */
final class CompactBody {

    /** Channels of the features it gives. */
    static final int CHANNELS = 96;

    private CompactBody() {}

    static Operand<TFloat32> features(Ops tf, Layers layers, Operand<TFloat32> images) {
        Operand<TFloat32> x = downscale(tf, layers, "conv1", images, new ConvolutionShape(3, 2, 3, 24));
        x = downscale(tf, layers, "conv2", x, new ConvolutionShape(3, 2, 24, 48));
        x = residual(tf, layers, "conv3", x, 48);
        x = downscale(tf, layers, "conv4", x, new ConvolutionShape(3, 2, 48, CHANNELS));
        x = residual(tf, layers, "conv5", x, CHANNELS);
        x = residual(tf, layers, "conv6", x, CHANNELS);
        return residual(tf, layers, "conv7", x, CHANNELS);
    }

    private static Operand<TFloat32> downscale(
            Ops tf, Layers layers, String name, Operand<TFloat32> x, ConvolutionShape shape) {
        int inputs = shape.kernel() * shape.kernel() * shape.in();
        return layers.relu(layers.convolution(name, x, shape, Layers.he(inputs)));
    }

    /** The second convolution starts small, so that a fresh block begins close to the identity. */
    private static Operand<TFloat32> residual(Ops tf, Layers layers, String name, Operand<TFloat32> x, int channels) {
        ConvolutionShape shape = new ConvolutionShape(3, 1, channels, channels);
        double deviation = Layers.he(9 * channels);
        Operand<TFloat32> inner = layers.relu(layers.convolution(name + "_1", x, shape, deviation));
        return layers.relu(tf.math.add(x, layers.convolution(name + "_2", inner, shape, 0.3 * deviation)));
    }
}
