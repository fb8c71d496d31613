package dev.mnc.training.weights;

import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Heads;
import dev.mnc.model.cascade.MncConfig.Warp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.ndarray.Shape;

/**
 * The layout of the released MNC snapshot, which Caffe's {@code ToHDF5} writes: weights of layer L at
 * {@code /data/L/0}, its bias at {@code /data/L/1}. Groups of layers without weights of their own are empty and
 * ignored. Our variables carry the same layers' names.
 *
 * <p>The snapshot gives raw box deltas; the network here multiplies by {@link Cascade#DELTA_UNITS}, so that layer is
 * divided by them. The input channels are B, G, R in both.
 */
record CaffeLayers(WeightFile file, MncConfig config) implements WeightSource {

    private static final String REMEDY =
            "give the .h5 snapshot of the released VGG-16 network (mnc_5stage), or one of the" + " same 25 layers";

    /**
     * Returns the network of a snapshot: the released layout, with the widths its layers have.
     *
     * @param rounds 1 or 2
     */
    static MncConfig network(WeightFile file, int rounds, Warp.SecondRound secondRound) {
        if (file.arrays().keySet().stream().noneMatch(path -> path.startsWith("/data/"))) {
            throw new UnusableWeightsException(
                    file.path() + " is no snapshot of Caffe: it has no group /data with layers, only "
                            + String.join(", ", file.roots()),
                    "for the weights of a Keras application give --keras instead of --caffe");
        }
        int width = rows(file, "conv1_1");
        int pixels = rows(file, "mask_pred");
        int side = (int) Math.round(Math.sqrt(pixels));
        if (side * side != pixels || side < 2) {
            throw new UnusableWeightsException(
                    "layer mask_pred of " + file.path() + " has " + pixels
                            + " outputs, which is no square mask (released: 441, 21 x 21)",
                    REMEDY);
        }
        int classes = rows(file, "cls_score");
        if (classes < 2) {
            throw new UnusableWeightsException(
                    "layer cls_score of " + file.path() + " has " + classes
                            + " output where background and one category or more are expected",
                    REMEDY);
        }
        return MncConfig.vgg16(classes - 1, rounds)
                .asReleased(secondRound)
                .withWidth(width)
                .withHeads(new Heads(side, rows(file, "fc6_maskest"), rows(file, "fc6")));
    }

    private static int rows(WeightFile file, String layer) {
        List<Long> shape = required(file, layer, 0).shape();
        return shape.isEmpty() ? 0 : Math.toIntExact(shape.get(0));
    }

    private static StoredArray required(WeightFile file, String layer, int part) {
        String path = "/data/" + layer + "/" + part;
        return file.array(path)
                .orElseThrow(() -> new UnusableWeightsException(
                        file.path() + " lacks layer " + layer + ": it has no array " + path, REMEDY));
    }

    @Override
    public Optional<Values> values(String variable, Shape shape) {
        String layer = variable.substring(0, variable.length() - 2);
        boolean bias = variable.endsWith("_b");
        StoredArray array = required(file, layer, bias ? 1 : 0);
        long outputs = shape.get(-1);
        List<Long> expected = new ArrayList<>(List.of(outputs));
        int cells = 1;
        if (!bias) {
            expected.add(shape.get(-2));
            if (shape.numDimensions() == 4) {
                expected.addAll(List.of(shape.get(0), shape.get(1)));
                cells = Math.toIntExact(shape.get(0) * shape.get(1));
            } else {
                cells = cells(layer);
            }
        }
        if (!array.shape().equals(expected)) {
            throw new UnusableWeightsException(
                    "layer " + layer + " of " + file.path() + " has " + (bias ? "a bias" : "weights") + " of shape "
                            + array.shape() + " where " + expected + " is expected",
                    REMEDY);
        }
        int channels = Math.toIntExact(shape.size() / outputs / cells);
        int cellsOfOne = cells;
        float[] factors = layer.equals("bbox_pred") ? perDelta(outputs) : Layout.ones(outputs);
        return Optional.of(target -> Layout.copyOutputsLast(array.values(), channels, cellsOfOne, factors, target));
    }

    /**
     * Returns the number of cells of the map that a fully connected layer flattens; 1 if it reads another such layer.
     */
    private int cells(String layer) {
        int side = switch (layer) {
            case "fc6_maskest" -> config.warp().pooled();
            case "fc6", "fc6_mask" -> config.warp().pooledTwice();
            default -> 1;
        };
        return side * side;
    }

    private static float[] perDelta(long outputs) {
        float[] factors = Layout.ones(outputs);
        for (int i = 0; i < factors.length; i++) {
            factors[i] /= Cascade.DELTA_UNITS.get(i % 4);
        }
        return factors;
    }
}
