package dev.mnc.training.weights;

import dev.mnc.image.ImageScaling;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Body;
import dev.mnc.model.cascade.MncConfig.Heads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.ndarray.Shape;

/**
 * The layout of {@code keras.applications}: VGG16, ResNet50 and ResNet101 with ImageNet weights, with or without their
 * top. A layer is a group by its name, wherever it lies; its arrays are known by their names, which differ between
 * versions of Keras. Batch normalisation is folded into the convolution before it. Both paths of the category stage get
 * the same layers: the two fully connected ones of VGG-16 if the file has them, res5 of a ResNet.
 */
record KerasLayers(WeightFile file, MncConfig config) implements WeightSource {

    /** The means (B, G, R) that Keras applications subtract in their mode "caffe". */
    private static final List<Float> MEANS = List.of(103.939f, 116.779f, 123.68f);
    /** The number that Keras applications add to a variance. */
    private static final double EPSILON = 1.001e-5;

    private static final Pattern VGG_CONVOLUTION = Pattern.compile("conv([1-5])_([1-3])");
    private static final Pattern VGG_DENSE = Pattern.compile("fc([67])(_mask)?");
    private static final Pattern RESNET_CONVOLUTION =
            Pattern.compile("(conv1_conv|conv[2-5]_block[0-9]+_[0-3]_conv)(_mask)?");

    /** The role of an array in a layer, and the names it had in Keras 1, 2 and 3, without {@code :0}, in lower case. */
    private enum Role {
        KERNEL("(.*_)?(kernel|w)"),
        BIAS("(.*_)?(bias|b)"),
        GAMMA("(.*_)?gamma"),
        BETA("(.*_)?beta"),
        MEAN("(.*_)?(moving|running)_mean"),
        VARIANCE("(.*_)?(moving|running)_(variance|var|std)"); // running_std of Keras 1 held the variance

        private final Pattern names;

        Role(String names) {
            this.names = Pattern.compile(names + "(_[0-9]+)?");
        }

        boolean named(String path) {
            String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            return names.matcher(name.endsWith(":0") ? name.substring(0, name.length() - 2) : name)
                    .matches();
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the network for a file: the paper's on this body, with the widths its layers have and the input it was
     * made for.
     *
     * @param rounds 1 or 2
     * @param categories number of categories of the network
     */
    static MncConfig network(WeightFile file, Body body, int rounds, int categories) {
        MncConfig published = MncConfig.of(body, categories, rounds);
        ImageScaling scaling = published.scaling();
        KerasLayers layers = new KerasLayers(
                file,
                published.withScaling(new ImageScaling(
                        scaling.shortSide(),
                        scaling.longSide(),
                        ImageScaling.ChannelOrder.BGR,
                        MEANS,
                        1,
                        scaling.padMultiple())));
        int width = layers.outputs(layers.required(body == Body.VGG16 ? "block1_conv1" : "conv1_conv", Role.KERNEL));
        MncConfig network = layers.config.withWidth(width);
        if (body != Body.VGG16) {
            return network;
        }
        Heads heads = network.heads();
        return layers.find("fc1", Role.KERNEL)
                .map(top -> network.withHeads(new Heads(heads.maskSize(), heads.maskUnits(), layers.outputs(top))))
                .orElse(network);
    }

    private int outputs(StoredArray kernel) {
        List<Long> shape = kernel.shape();
        if (shape.size() < 2) {
            throw wrongShape(kernel, "4 axes");
        }
        return Math.toIntExact(shape.get(shape.size() - 1));
    }

    @Override
    public Optional<Values> values(String variable, Shape shape) {
        String own = variable.substring(0, variable.length() - 2);
        Optional<String> layer = keras(config.body(), own);
        if (layer.isEmpty()
                || (own.startsWith("fc") && find(layer.get(), Role.KERNEL).isEmpty())) {
            return Optional.empty();
        }
        int outputs = Math.toIntExact(shape.get(-1));
        boolean normalised = config.body() != Body.VGG16;
        if (variable.endsWith("_b")) {
            return Optional.of(bias(layer.get(), outputs, normalised));
        }
        StoredArray kernel = shaped(required(layer.get(), Role.KERNEL), shape.toListOrNull());
        Optional<Normalisation> fold = normalised ? Optional.of(normalisation(layer.get(), outputs)) : Optional.empty();
        return Optional.of(target -> Layout.copyUnchanged(
                kernel.values(), fold.map(Normalisation::factors).orElseGet(() -> Layout.ones(outputs)), target));
    }

    /** Returns the name in Keras of one of our layers; empty for those that Keras applications do not have. */
    static Optional<String> keras(Body body, String layer) {
        if (body != Body.VGG16) {
            Matcher convolution = RESNET_CONVOLUTION.matcher(layer);
            return convolution.matches() ? Optional.of(convolution.group(1)) : Optional.empty();
        }
        Matcher convolution = VGG_CONVOLUTION.matcher(layer);
        if (convolution.matches()) {
            return Optional.of("block" + convolution.group(1) + "_conv" + convolution.group(2));
        }
        Matcher dense = VGG_DENSE.matcher(layer);
        return dense.matches() ? Optional.of(dense.group(1).equals("6") ? "fc1" : "fc2") : Optional.empty();
    }

    private Values bias(String layer, int outputs, boolean normalised) {
        List<Long> shape = List.of((long) outputs);
        if (!normalised) {
            StoredArray bias = shaped(required(layer, Role.BIAS), shape);
            return target -> Layout.copyUnchanged(bias.values(), Layout.ones(outputs), target);
        }
        Optional<StoredArray> bias = find(layer, Role.BIAS).map(array -> shaped(array, shape));
        Normalisation fold = normalisation(layer, outputs);
        return target -> fold.writeBias(bias, target);
    }

    /** The layer that normalises the output of a convolution; each array {@code [outputs]}. */
    private record Normalisation(StoredArray gamma, StoredArray beta, StoredArray mean, StoredArray variance) {

        float[] factors() {
            var scales = gamma.values();
            var variances = variance.values();
            float[] factors = new float[scales.capacity()];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = (float) (scales.get(i) / Math.sqrt(variances.get(i) + EPSILON));
            }
            return factors;
        }

        void writeBias(Optional<StoredArray> bias, org.tensorflow.ndarray.buffer.FloatDataBuffer target) {
            float[] factors = factors();
            var shifts = beta.values();
            var means = mean.values();
            var before = bias.map(StoredArray::values);
            for (int i = 0; i < factors.length; i++) {
                float value = before.isPresent() ? before.get().get(i) : 0;
                target.setFloat(shifts.get(i) + (value - means.get(i)) * factors[i], i);
            }
        }
    }

    /** Returns the name of the layer that normalises the output of a convolution. */
    static String normalisationOf(String convolution) {
        return convolution.substring(0, convolution.length() - "_conv".length()) + "_bn";
    }

    private Normalisation normalisation(String convolution, int outputs) {
        String layer = normalisationOf(convolution);
        List<Long> shape = List.of((long) outputs);
        return new Normalisation(
                shaped(required(layer, Role.GAMMA), shape),
                shaped(required(layer, Role.BETA), shape),
                shaped(required(layer, Role.MEAN), shape),
                shaped(required(layer, Role.VARIANCE), shape));
    }

    private StoredArray shaped(StoredArray array, List<Long> expected) {
        if (!array.shape().equals(expected)) {
            throw wrongShape(array, expected.toString());
        }
        return array;
    }

    private UnusableWeightsException wrongShape(StoredArray array, String expected) {
        return new UnusableWeightsException(
                "array " + array.path() + " of " + file.path() + " has shape " + array.shape() + " where " + expected
                        + " is expected",
                remedy());
    }

    private StoredArray required(String layer, Role role) {
        return find(layer, role).orElseThrow(() -> missing(layer, role));
    }

    private UnusableWeightsException missing(String layer, Role role) {
        if (file.arrays().keySet().stream().anyMatch(path -> path.contains("/layers/conv2d/vars/"))) {
            return new UnusableWeightsException(
                    file.path() + " numbers its layers (layers/conv2d, layers/conv2d_1, ...) instead of naming them",
                    "Keras 3 writes such files under the ending .weights.h5; save the whole model with"
                            + " model.save(\"NAME.h5\") and give that");
        }
        return new UnusableWeightsException(
                file.path() + " lacks layer " + layer + ": there is no " + role.label() + " in a group of that name",
                remedy());
    }

    private String remedy() {
        return "give the .h5 weights of keras.applications for the body "
                + config.body().name().toLowerCase(Locale.ROOT) + ", or name another body with --body";
    }

    /** Returns the array of a layer, which lies anywhere below a group of the layer's name. */
    private Optional<StoredArray> find(String layer, Role role) {
        // A file of a whole model holds the optimiser's arrays too, under the same names.
        boolean whole = file.roots().contains("model_weights");
        List<String> found = new ArrayList<>();
        file.arrays().keySet().stream()
                .filter(path -> !whole || path.startsWith("/model_weights/"))
                .filter(path -> path.contains("/" + layer + "/") && role.named(path))
                .forEach(found::add);
        if (found.size() > 1) {
            throw new UnusableWeightsException(
                    file.path() + " has more than one " + role.label() + " for layer " + layer + ": "
                            + String.join(", ", found),
                    "save one model alone");
        }
        return found.isEmpty() ? Optional.empty() : file.array(found.get(0));
    }
}
