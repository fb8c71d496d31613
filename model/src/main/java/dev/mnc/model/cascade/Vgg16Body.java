package dev.mnc.model.cascade;

import dev.mnc.model.cascade.Layers.ConvolutionShape;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The thirteen convolutions of VGG-16, {@code conv1_1} to {@code conv5_3}, without the last pooling: stride 16.
 *
 * <p>Source: Simonyan and Zisserman 2014, table 1, column D; {@code models/VGG16/mnc_5stage} of the released MNC code,
 * whose layer names these are.
 */
record Vgg16Body(Layers layers, int width) implements BodyLayers {

    /** Convolutions in each block. */
    private static final List<Integer> BLOCKS = List.of(2, 2, 3, 3, 3);
    /** Channels of each block over the width. */
    private static final List<Integer> GROWTH = List.of(1, 2, 4, 8, 8);

    @Override
    public int channels() {
        return 8 * width;
    }

    @Override
    public int proposalChannels() {
        return channels();
    }

    @Override
    public Operand<TFloat32> features(Operand<TFloat32> images) {
        Operand<TFloat32> x = images;
        int in = 3;
        for (int block = 0; block < BLOCKS.size(); block++) {
            if (block > 0) {
                x = layers.maxPool(x);
            }
            int out = GROWTH.get(block) * width;
            for (int i = 1; i <= BLOCKS.get(block); i++) {
                ConvolutionShape shape = new ConvolutionShape(3, 1, in, out);
                String name = "conv" + (block + 1) + "_" + i;
                x = layers.relu(layers.convolution(name, x, shape, Layers.he(shape.inputs())));
                in = out;
            }
        }
        return x;
    }
}
