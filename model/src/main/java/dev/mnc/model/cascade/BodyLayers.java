package dev.mnc.model.cascade;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The convolutions that all stages share. */
sealed interface BodyLayers permits CompactBody, Vgg16Body, ResNetBody {

    /**
     * Computes the features of whole images.
     *
     * @param images {@code [N, H, W, 3]}
     * @return {@code [N, ceil(H / stride), ceil(W / stride), channels]}
     */
    Operand<TFloat32> features(Operand<TFloat32> images);

    /** Returns the number of channels of the features. */
    int channels();

    /** Returns the number of channels of the region proposal network's hidden layer. */
    int proposalChannels();

    /** Creates the body of a network. */
    static BodyLayers of(Ops tf, MncConfig config, Layers layers) {
        return switch (config.body()) {
            case COMPACT -> new CompactBody(tf, layers, config.width());
            case VGG16 -> new Vgg16Body(layers, config.width());
            case RESNET50 -> new ResNetBody(tf, layers, config.width(), ResNetBody.BLOCKS_50);
            case RESNET101 -> new ResNetBody(tf, layers, config.width(), ResNetBody.BLOCKS_101);
        };
    }
}
