package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.image.ImageScaling;
import dev.mnc.model.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The published bodies: their layers by name and shape, and that miniatures of the same layout run. */
@Tag("tensorflow")
public class BodiesTest {

    /** Numbers of one convolution with bias. */
    private static long convolution(int kernel, int in, int out) {
        return (long) kernel * kernel * in * out + out;
    }

    private static Map<String, long[]> shapes(MncConfig config) {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = Layers.uninitialised(tf);
            new DetectGraph(tf, config, layers).build();
            Map<String, long[]> shapes = new LinkedHashMap<>();
            layers.variables()
                    .forEach((name, variable) ->
                            shapes.put(name, variable.shape().asArray()));
            assertThat(layers.parameters()).isEqualTo(count(shapes, ""));
            return shapes;
        }
    }

    private static long count(Map<String, long[]> shapes, String prefix) {
        return shapes.entrySet().stream()
                .filter(layer -> layer.getKey().startsWith(prefix))
                .mapToLong(layer -> Arrays.stream(layer.getValue()).reduce(1, (a, b) -> a * b))
                .sum();
    }

    @Test
    void theReleasedNetworkHasEveryLayerOfTheManifestAndNoOther() throws IOException {
        MncConfig released = MncConfig.vgg16(20, 2).asReleased(MncConfig.Warp.SecondRound.DIRECT);
        JsonNode manifest = Golden.read("weights_manifest.json").json();
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        for (JsonNode layer : manifest.required("entries")) {
            String name = layer.required("layer").asText();
            expected.put(name + "_w", sides(layer.required("tf").required(0)));
            expected.put(name + "_b", sides(layer.required("tf").required(1)));
        }
        Map<String, long[]> shapes = shapes(released);
        Map<String, List<Long>> actual = new LinkedHashMap<>();
        shapes.forEach(
                (name, sides) -> actual.put(name, Arrays.stream(sides).boxed().toList()));

        assertThat(actual).containsExactlyInAnyOrderEntriesOf(expected).hasSize(50);
        assertThat(count(shapes, ""))
                .isEqualTo(283_029_933)
                .isEqualTo(manifest.required("total_params").asLong());
    }

    private static List<Long> sides(JsonNode shape) {
        List<Long> sides = new ArrayList<>();
        shape.forEach(side -> sides.add(side.asLong()));
        return sides;
    }

    @ParameterizedTest
    @CsvSource({"RESNET50, 23587712, 26560", "RESNET101, 42658176, 52672"})
    void aResNetHasTheLayersOfKerasWithNormalisationFoldedIn(MncConfig.Body body, long published, long normalised) {
        Map<String, long[]> shapes = shapes(MncConfig.of(body, 20, 2));

        // Keras counts four numbers a normalised channel: scale, offset, mean and variance.
        long path = 3 * convolution(1, 512, 2048)
                + 3 * convolution(3, 512, 512)
                + 2 * convolution(1, 2048, 512)
                + convolution(1, 1024, 512)
                + convolution(1, 1024, 2048);
        assertThat(count(shapes, "conv")).isEqualTo(published - 4 * normalised + path);
        assertThat(count(shapes, "rpn"))
                .isEqualTo(convolution(3, 1024, 512) + convolution(1, 512, 18) + convolution(1, 512, 36));
        long heads = convolution(14, 1024, 256)
                + convolution(1, 256, 28 * 28)
                + 2 * convolution(1, 4096, 21)
                + convolution(1, 4096, 84);
        assertThat(count(shapes, "")).isEqualTo(count(shapes, "conv") + count(shapes, "rpn") + heads);
        assertThat(shapes)
                .containsEntry("conv1_conv_w", new long[] {7, 7, 3, 64})
                .containsEntry("conv2_block1_0_conv_w", new long[] {1, 1, 64, 256})
                .containsEntry("conv5_block1_1_conv_w", new long[] {1, 1, 1024, 512})
                .containsEntry("conv5_block3_3_conv_mask_b", new long[] {2048})
                .doesNotContainKey("fc6_w");
    }

    @Test
    void aResNetWhoseHeadsDoNotFitRes5IsRefused() {
        assertThatThrownBy(() -> MncConfig.resnet50(20, 2).withHeads(new MncConfig.Heads(28, 256, 4096)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("category units of a ResNet must be the channels of its res5, 32 x width 64, got 4096");
    }

    /**
     * The network in miniature; images are padded to nothing. With a width of 2 the gradient of ResNet's first
     * convolutions, in TensorFlow 2.18 with oneDNN, writes past the end of its memory; with 4 and more it does not.
     */
    public static MncConfig tiny(MncConfig.Body body) {
        MncConfig.Proposals proposals = new MncConfig.Proposals(200, 5, 0.7f, 4);
        ImageScaling own = ImageScaling.PAPER;
        return MncConfig.of(body, 3, 2)
                .withWidth(4)
                .withProposals(proposals, proposals)
                .withScaling(new ImageScaling(64, 96, own.channelOrder(), own.means(), own.divisor(), 1));
    }

    @ParameterizedTest
    @EnumSource
    void aMiniatureGivesFiniteResultsOfTheRightShapes(MncConfig.Body body) {
        MncConfig config = tiny(body);
        int height = 83;
        int width = 50;
        float[] pixels = new float[2 * height * width * 3];
        Random random = new Random(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 100 * random.nextFloat() - 50;
        }
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Signature detect =
                    new DetectGraph(tf, config, new Layers(tf, 1)).build().get(1);
            try (Session session = new Session(graph, SessionConfig.ofThreads(1));
                    TFloat32 images = TFloat32.tensorOf(Shape.of(2, height, width, 3), DataBuffers.of(pixels));
                    TFloat32 info =
                            TFloat32.tensorOf(Shape.of(2, 3), DataBuffers.of(height, width, 1f, height, width, 1f))) {
                session.initialize();
                try (Result result = session.function(detect).call(Map.of("images", images, "im_info", info))) {
                    TInt32 valid = (TInt32) result.get("valid").orElseThrow();
                    assertThat(valid.getInt(0)).isBetween(1, 5);
                    assertFinite(result, "rois_ext", 2, 5, 4);
                    assertFinite(result, "masks_ext", 2, 5, 28, 28);
                    assertFinite(result, "scores_ext", 2, 5, 4);
                }
            }
        }
    }

    private static void assertFinite(Result result, String name, long... shape) {
        TFloat32 tensor = (TFloat32) result.get(name).orElseThrow();
        assertThat(tensor.shape().asArray()).containsExactly(shape);
        float[] values = new float[(int) tensor.size()];
        tensor.copyTo(DataBuffers.of(values, false, false));
        for (float value : values) {
            assertThat(value).isFinite();
        }
    }

    /** Caffe pools with a ceiling and so do these: no pixel of a border is lost, whatever the size. */
    @ParameterizedTest
    @CsvSource({
        "VGG16, 33, 47, 3, 3", "VGG16, 64, 65, 4, 5", "VGG16, 63, 49, 4, 4",
        "RESNET50, 33, 47, 3, 3", "RESNET50, 64, 65, 4, 5", "RESNET50, 63, 49, 4, 4"
    })
    void aPartOfACellIsACell(MncConfig.Body body, int height, int width, long rows, long columns) {
        MncConfig config = tiny(body);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> features = new Cascade(tf, config, new Layers(tf, 1))
                    .features(tf.ones(tf.constant(new int[] {1, height, width, 3}), TFloat32.class));
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                session.initialize();
                try (Result result = session.runner().fetch(features).run()) {
                    long channels = body == MncConfig.Body.VGG16 ? 32 : 64;
                    assertThat(result.get(0).shape().asArray()).containsExactly(1, rows, columns, channels);
                }
            }
        }
    }

    /** Every weight behind the losses learns, through the warp, the masks and each layer of the body. */
    @ParameterizedTest
    @EnumSource
    void everyLayerOfAMiniatureHasAGradient(MncConfig.Body body) {
        MncConfig config = tiny(body);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = new Layers(tf, 1);
            Cascade cascade = new Cascade(tf, config, layers);
            Operand<TFloat32> images = tf.math.mul(
                    tf.constant(50f),
                    tf.math.sin(tf.reshape(
                            tf.range(tf.constant(0f), tf.constant(64f * 80 * 3), tf.constant(1f)),
                            tf.constant(new int[] {1, 64, 80, 3}))));
            Operand<TFloat32> features = cascade.features(images);
            Cascade.AnchorOutputs anchors = cascade.anchors(features);
            Operand<TFloat32> rois = tf.constant(new float[][] {{3, 5, 60, 50}, {20, 1, 71, 60}});
            Operand<TFloat32> roiFeatures =
                    cascade.roiFeatures(cascade.roiSource(features), rois, tf.constant(new int[2]), 1);
            Operand<TFloat32> masks = cascade.masks(roiFeatures);
            Cascade.CategoryOutputs outputs = cascade.categories(roiFeatures, masks);
            List<Operand<TFloat32>> squares = new ArrayList<>();
            for (Operand<TFloat32> output : List.of(
                    anchors.logits(),
                    anchors.deltas(),
                    masks,
                    outputs.logits(),
                    outputs.boxLogits(),
                    outputs.deltas())) {
                squares.add(tf.nn.l2Loss(output));
            }
            List<Operand<TFloat32>> weights = List.copyOf(layers.variables().values());
            Gradients gradients = tf.gradients(tf.math.addN(squares), weights);
            try (Session session = new Session(graph, SessionConfig.ofThreads(1))) {
                session.initialize();
                Session.Runner runner = session.runner();
                for (int i = 0; i < weights.size(); i++) {
                    runner.fetch(tf.nn.l2Loss(gradients.<TFloat32>dy(i)));
                }
                try (Result result = runner.run()) {
                    int index = 0;
                    for (String name : layers.variables().keySet()) {
                        float norm = ((TFloat32) result.get(index++)).getFloat();
                        assertThat(norm).as(name).isFinite().isPositive();
                    }
                }
            }
        }
    }
}
