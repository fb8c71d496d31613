package dev.mnc.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Body;
import dev.mnc.schemas.Category;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The oracle is Keras itself, run on the file it saved. */
@Tag("tensorflow")
class KerasImportTest {

    private static final List<Category> TWO = List.of(new Category(1, "disc"), new Category(2, "bar"));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private WeightImport.Imported imported(Path file, Body body, String out) throws IOException {
        return WeightImport.keras(file, body, 7, new WeightImport.Target(temporary.resolve(out), 2, TWO));
    }

    private static Operand<TFloat32> input(Ops tf, int height, int width, int channels) {
        return tf.constant(
                Shape.of(1, height, width, channels), DataBuffers.of(ExpectedLayers.input(height * width * channels)));
    }

    /** Mask logits that leave the masked path's features as they are. */
    private static Operand<TFloat32> fullMask(Ops tf, MncConfig config) {
        int pixels = config.heads().maskSize() * config.heads().maskSize();
        return tf.fill(tf.constant(new int[] {1, pixels}), tf.constant(40f));
    }

    @Test
    void resNetBodyComputesWhatKerasComputes() throws IOException {
        Path file = TinyWeights.unpack("keras_resnet50.h5", temporary);
        MncConfig config = ExpectedLayers.config(imported(file, Body.RESNET50, "out"));

        new ExpectedLayers(TinyWeights.json("keras_tiny.json").required("resnet50"))
                .check(temporary.resolve("out"), (tf, layers) -> {
                    new Cascade(tf, config, layers).features(input(tf, 150, 203, 3));
                    ExpectedLayers.Named named = new ExpectedLayers.Named();
                    List<Operand<TFloat32>> activations = layers.activations();
                    named.putActivations(activations, 0, "conv1_relu", "pool1_pool");
                    // Three a block, the last one being its output: 3 blocks, 4 blocks, 6 blocks.
                    named.put("conv2_block1_out", activations.get(4));
                    named.put("conv2_block3_out", activations.get(10));
                    named.put("conv3_block1_out", activations.get(13));
                    named.put("conv3_block4_out", activations.get(22));
                    named.put("conv4_block1_out", activations.get(25));
                    named.put("conv4_block6_out", activations.get(40));
                    return named;
                });
    }

    @Test
    void bothPathsOfAResNetStartAsKerassRes5() throws IOException {
        Path file = TinyWeights.unpack("keras_resnet50.h5", temporary);
        MncConfig config = ExpectedLayers.config(imported(file, Body.RESNET50, "out"));

        new ExpectedLayers(TinyWeights.json("keras_tiny.json").required("resnet50_res5"))
                .check(temporary.resolve("out"), (tf, layers) -> {
                    Operand<TFloat32> crop = tf.math.abs(input(tf, 14, 14, 64));
                    new Cascade(tf, config, layers).categories(crop, fullMask(tf, config));
                    ExpectedLayers.Named named = new ExpectedLayers.Named();
                    for (int first = 0; first < 18; first += 9) { // the masked path, then the other
                        named.put("conv5_block1_out", layers.activations().get(first + 2));
                        named.put("conv5_block3_out", layers.activations().get(first + 8));
                    }
                    return named;
                });
    }

    @Test
    void vggBodyComputesWhatKerasComputes() throws IOException {
        Path file = TinyWeights.unpack("keras_vgg16.h5", temporary);
        MncConfig config = ExpectedLayers.config(imported(file, Body.VGG16, "out"));

        new ExpectedLayers(TinyWeights.json("keras_tiny.json").required("vgg16"))
                .check(temporary.resolve("out"), (tf, layers) -> {
                    new Cascade(tf, config, layers).features(input(tf, 64, 96, 3));
                    ExpectedLayers.Named named = new ExpectedLayers.Named();
                    named.put("block1_conv2", layers.activations().get(1));
                    named.put("block2_conv2", layers.activations().get(4));
                    named.put("block3_conv3", layers.activations().get(8));
                    named.put("block4_conv3", layers.activations().get(12));
                    named.put("block5_conv3", layers.activations().get(16));
                    return named;
                });
    }

    @Test
    void bothPathsOfVggStartAsKerassTop() throws IOException {
        Path file = TinyWeights.unpack("keras_vgg16.h5", temporary);
        MncConfig config = ExpectedLayers.config(imported(file, Body.VGG16, "out"));

        new ExpectedLayers(TinyWeights.json("keras_tiny.json").required("vgg16_top"))
                .check(temporary.resolve("out"), (tf, layers) -> {
                    // Each cell twice in both directions; pooling gives the crop back.
                    Operand<TFloat32> crop = tf.image.resizeNearestNeighbor(
                            tf.math.abs(input(tf, 7, 7, 32)), tf.constant(new int[] {14, 14}));
                    new Cascade(tf, config, layers).categories(crop, fullMask(tf, config));
                    ExpectedLayers.Named named = new ExpectedLayers.Named();
                    named.putActivations(layers.activations(), 1, "fc1", "fc2"); // the masked path
                    named.putActivations(layers.activations(), 4, "fc1", "fc2");
                    return named;
                });
    }

    @Test
    void whatTheFileLacksStartsAtRandomAndIsSaid() throws IOException {
        Path file = TinyWeights.unpack("keras_vgg16.h5", temporary);
        Map<String, Object> arrays = TinyWeights.arrays(file);
        arrays.keySet().removeIf(path -> path.contains("/fc") || path.contains("/predictions"));
        Path noTop = TinyWeights.write(temporary.resolve("notop.h5"), arrays, path -> path);

        WeightImport.Imported whole = imported(file, Body.VGG16, "whole");
        WeightImport.Imported body = imported(noTop, Body.VGG16, "body");
        WeightImport.Imported resNet =
                imported(TinyWeights.unpack("keras_resnet50.h5", temporary), Body.RESNET50, "resnet");

        List<String> cascade = List.of(
                "rpn_conv_3x3",
                "rpn_cls_score",
                "rpn_bbox_pred",
                "fc6_maskest",
                "mask_pred",
                "bbox_pred",
                "cls_score",
                "seg_cls_score");
        assertThat(whole.random()).containsExactlyInAnyOrderElementsOf(cascade);
        assertThat(resNet.random()).containsExactlyInAnyOrderElementsOf(cascade);
        assertThat(body.random())
                .containsAll(cascade)
                .contains("fc6", "fc6_mask", "fc7", "fc7_mask")
                .hasSize(12);
        assertThat(whole.checkpoint().config().heads().categoryUnits()).isEqualTo(8);
        assertThat(body.checkpoint().config().heads().categoryUnits()).isEqualTo(256);
        assertThat(whole.checkpoint().config().scaling().means()).containsExactly(103.939f, 116.779f, 123.68f);
        assertThat(whole.checkpoint().provenance()).contains(entry("seed", "7"), entry("weights_layout", "keras"));
    }

    @Test
    void arraysAreFoundUnderTheNamesOfEveryKeras() throws IOException {
        Path file = TinyWeights.unpack("keras_vgg16.h5", temporary);
        imported(file, Body.VGG16, "as saved");
        UnaryOperator<String> keras1 = path -> {
            String[] parts = path.split("/", -1);
            return "/" + parts[2] + "/" + parts[2] + (parts[4].equals("kernel") ? "_W_1:0" : "_b_1:0");
        };
        UnaryOperator<String> keras2 = path -> path.replaceFirst("/model_weights", "") + ":0";
        UnaryOperator<String> nested = path -> path.replaceFirst("/model_weights", "/model_weights/vgg16");

        for (UnaryOperator<String> naming : List.of(keras1, keras2, nested)) {
            String name = naming.apply("/model_weights/block1_conv1/block1_conv1/kernel");
            Path renamed = TinyWeights.write(
                    temporary.resolve(name.replace('/', '-') + ".h5"), TinyWeights.arrays(file), naming);
            imported(renamed, Body.VGG16, name.replace('/', '-'));
            assertThat(temporary.resolve(name.replace('/', '-')).resolve("weights.data-00000-of-00001"))
                    .as(name)
                    .hasSameBinaryContentAs(temporary.resolve("as saved/weights.data-00000-of-00001"));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Body.class, mode = EnumSource.Mode.EXCLUDE, names = "COMPACT")
    void everyLayerOfTheFullSizedBodyIsInKeras(Body body) throws IOException {
        Map<String, List<Long>> kernels = new TreeMap<>();
        Map<String, String> normalised = new TreeMap<>();
        for (String line : lines()) {
            String[] fields = line.split(" ", -1);
            if (fields[0].equals(body.name())) {
                kernels.put(
                        fields[1],
                        List.of(fields[2].split(",", -1)).stream()
                                .map(Long::valueOf)
                                .toList());
                normalised.put(fields[1], fields.length > 3 ? fields[3] : "");
            }
        }
        kernels.remove("predictions");
        MncConfig config = MncConfig.of(body, 80, 2);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = Layers.uninitialised(tf);
            new dev.mnc.model.cascade.DetectGraph(tf, config, layers).build();
            Map<String, List<Long>> own = new TreeMap<>();
            layers.variables().forEach((name, variable) -> {
                if (name.endsWith("_w")) {
                    KerasLayers.keras(body, name.substring(0, name.length() - 2))
                            .ifPresent(layer -> own.put(layer, variable.shape().toListOrNull()));
                }
            });
            assertThat(own).isEqualTo(kernels);
        }
        normalised.remove("predictions");
        assertThat(normalised)
                .allSatisfy((layer, by) ->
                        assertThat(by).isEqualTo(body == Body.VGG16 ? "" : KerasLayers.normalisationOf(layer)));
    }

    private static List<String> lines() throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(TinyWeights.resource("keras_layers.txt"), StandardCharsets.UTF_8))) {
            return in.lines().collect(Collectors.toList());
        }
    }
}
