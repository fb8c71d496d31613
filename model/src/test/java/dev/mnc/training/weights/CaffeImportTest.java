package dev.mnc.training.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mnc.image.ImageScaling;
import dev.mnc.model.cascade.Cascade;
import dev.mnc.model.cascade.DetectGraph;
import dev.mnc.model.cascade.Layers;
import dev.mnc.model.cascade.MncConfig;
import dev.mnc.model.cascade.MncConfig.Warp.SecondRound;
import dev.mnc.schemas.Category;
import dev.mnc.training.Checkpoint;
import io.jhdf.api.DatasetCreationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.types.TInt32;

/** The oracle is a NumPy forward pass of Caffe's layers over the same file. */
@Tag("tensorflow")
class CaffeImportTest {

    private static final List<Category> THREE =
            List.of(new Category(1, "disc"), new Category(2, "bar"), new Category(3, "ring"));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    private WeightImport.Imported imported(Path file, Path out) throws IOException {
        return imported(file, SecondRound.POOLED, out);
    }

    private WeightImport.Imported imported(Path file, SecondRound secondRound, Path out) throws IOException {
        return WeightImport.caffe(file, secondRound, new WeightImport.Target(out, 2, THREE));
    }

    @ParameterizedTest
    @EnumSource
    void everyLayerComputesWhatCaffesLayersCompute(SecondRound secondRound) throws IOException {
        Path out = temporary.resolve("checkpoint");
        Path file = TinyWeights.unpack("caffe_tiny.h5", temporary);
        MncConfig config = ExpectedLayers.config(imported(file, secondRound, out));
        assertThat(config.warp().secondRound()).isEqualTo(secondRound);

        JsonNode oracle = TinyWeights.json("caffe_tiny.json");
        new ExpectedLayers(oracle.required("expected"))
                .check(out, (tf, layers) -> forward(tf, layers, new Cascade(tf, config, layers), oracle, secondRound));
    }

    private static ExpectedLayers.Named forward(
            Ops tf, Layers layers, Cascade cascade, JsonNode oracle, SecondRound secondRound) {
        int height = oracle.required("height").asInt();
        int width = oracle.required("width").asInt();
        float[] boxes = new float[24];
        for (int i = 0; i < boxes.length; i++) {
            boxes[i] = (float) oracle.required("rois").get(i / 4).get(i % 4).asDouble();
        }
        ExpectedLayers.Named named = new ExpectedLayers.Named();
        Operand<TFloat32> features = cascade.features(
                tf.constant(Shape.of(1, height, width, 3), DataBuffers.of(ExpectedLayers.input(height * width * 3))));
        Cascade.AnchorOutputs anchors = cascade.anchors(features);
        String[] shared = ("conv1_1 conv1_2 pool1 conv2_1 conv2_2 pool2 conv3_1 conv3_2 conv3_3 pool3"
                        + " conv4_1 conv4_2 conv4_3 pool4 conv5_1 conv5_2 conv5_3 rpn_conv_3x3")
                .split(" ", -1);
        named.putActivations(layers.activations(), 0, shared);
        named.put("rpn_log_odds", anchors.logits());
        named.put("rpn_bbox_pred", anchors.deltas());

        Operand<TFloat32> source = cascade.roiSource(features);
        Operand<TInt32> owners = tf.constant(new int[6]);
        Operand<TFloat32> rois = tf.constant(Shape.of(6, 4), DataBuffers.of(boxes));
        for (int round = 1; round <= 2; round++) {
            String suffix = round == 1 ? "" : secondRound == SecondRound.POOLED ? "_ext" : "_ext_direct";
            named.put("rois" + suffix, rois);
            Operand<TFloat32> crops = cascade.roiFeatures(source, rois, owners, round);
            int before = layers.activations().size();
            Operand<TFloat32> masks = cascade.masks(crops);
            Cascade.CategoryOutputs outputs = cascade.categories(crops, masks);
            named.put("roi_interpolate_conv5" + suffix, crops);
            named.putActivations(
                    layers.activations(),
                    before,
                    "fc6_maskest" + suffix,
                    "roi_7x7_mask" + suffix,
                    "fc6_mask" + suffix,
                    "fc7_mask" + suffix,
                    "roi_7x7" + suffix,
                    "fc6" + suffix,
                    "fc7" + suffix);
            named.put("mask_pred" + suffix, masks);
            named.put("cls_score" + suffix, outputs.boxLogits());
            named.put("seg_cls_score" + suffix, outputs.logits());
            named.put("seg_cls_prob" + suffix, tf.nn.softmax(outputs.logits()));
            Operand<TFloat32> units = tf.constant(new float[] {0.1f, 0.1f, 0.2f, 0.2f});
            named.put("bbox_pred" + suffix, tf.math.mul(outputs.deltas(), units));
            rois = cascade.move(
                    rois, cascade.bestDeltas(outputs, 0), tf.constant((float) height), tf.constant((float) width));
        }
        return named;
    }

    @Test
    void theCheckpointSaysWhatItIsAndWhereItComesFrom() throws IOException {
        Path file = TinyWeights.unpack("caffe_tiny.h5", temporary);
        Path out = temporary.resolve("checkpoint");

        WeightImport.Imported imported = imported(file, out);

        assertThat(imported.random()).isEmpty();
        assertThat(imported.parameters())
                .isEqualTo(TinyWeights.arrays(file).values().stream()
                        .mapToLong(CaffeImportTest::numbers)
                        .sum());
        Checkpoint checkpoint = Checkpoint.read(out);
        assertThat(checkpoint).isEqualTo(imported.checkpoint());
        assertThat(checkpoint.config().heads()).isEqualTo(new MncConfig.Heads(21, 8, 8));
        assertThat(checkpoint.config().width()).isEqualTo(4);
        assertThat(checkpoint.config().rounds()).isEqualTo(2);
        assertThat(checkpoint.config().scaling()).isEqualTo(ImageScaling.PAPER);
        assertThat(checkpoint.config().warp().coordinates()).isEqualTo(MncConfig.Warp.Coordinates.ROUNDED);
        assertThat(checkpoint.categories()).isEqualTo(THREE);
        assertThat(checkpoint.step()).isZero();
        assertThat(checkpoint.provenance())
                .containsEntry("weights_file", "caffe_tiny.h5")
                .containsEntry("weights_bytes", Long.toString(Files.size(file)))
                .containsEntry("weights_layout", "caffe")
                .hasEntrySatisfying(
                        "weights_sha256", digest -> assertThat(digest).hasSize(64));
        assertThat(temporary.resolve("checkpoint.partial")).doesNotExist();
    }

    private static long numbers(Object array) {
        if (array instanceof float[] values) {
            return values.length;
        }
        long sum = 0;
        for (Object row : (Object[]) array) {
            sum += numbers(row);
        }
        return sum;
    }

    @Test
    void aFileThatWasCompressedMeansTheSame() throws IOException {
        Path file = TinyWeights.unpack("caffe_tiny.h5", temporary);
        Path packed = TinyWeights.write(
                temporary.resolve("packed.h5"),
                TinyWeights.arrays(file),
                path -> path,
                DatasetCreationOptions.builder().shuffle().deflate(4).build());

        imported(file, temporary.resolve("a"));
        imported(packed, temporary.resolve("b"));

        assertThat(temporary.resolve("b/weights.data-00000-of-00001"))
                .hasSameBinaryContentAs(temporary.resolve("a/weights.data-00000-of-00001"));
    }

    @Test
    void theReleasedNetworkHasTheLayersOfTheManifest() throws IOException {
        // The manifest of the released snapshot, against the variables of the network it is read into.
        JsonNode manifest = dev.mnc.model.Golden.read("weights_manifest.json").json();
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = Layers.uninitialised(tf);
            MncConfig config = MncConfig.vgg16(20, 2).asReleased(SecondRound.POOLED);
            new DetectGraph(tf, config, layers).build();
            assertThat(layers.parameters())
                    .isEqualTo(manifest.required("total_params").asLong());
            assertThat(layers.variables()).hasSize(50);
            for (JsonNode entry : manifest.required("entries")) {
                for (int part = 0; part < 2; part++) {
                    String name = entry.required("layer").asText() + (part == 0 ? "_w" : "_b");
                    long[] shape = new com.fasterxml.jackson.databind.ObjectMapper()
                            .convertValue(entry.required("tf").get(part), long[].class);
                    assertThat(Map.copyOf(layers.variables()).get(name))
                            .as(name)
                            .satisfies(variable -> assertThat(variable.shape()).isEqualTo(Shape.of(shape)));
                }
            }
        }
    }
}
