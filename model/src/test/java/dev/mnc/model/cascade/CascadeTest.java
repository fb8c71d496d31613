package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.mnc.model.Golden;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.CombinedNonMaxSuppression;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The oracles are the golden files of the released layers' arithmetic. */
@Tag("tensorflow")
class CascadeTest {

    @Test
    void proposalsAreTheReleasedLayers() throws IOException {
        Golden golden = Golden.read("proposal.json");
        int rows = golden.integer("fh");
        int columns = golden.integer("fw");
        MncConfig config = publishedAnchors(
                new MncConfig.Proposals(golden.integer("pre_nms"), golden.integer("post_nms"), 0.7f, 16), 4, 21);
        int count = rows * columns * 9;
        float[] logits = new float[count];
        for (int i = 0; i < count; i++) {
            double probability = (7919L * i % count + 1) / (count + 1.0);
            logits[i] = (float) Math.log(probability / (1 - probability));
        }
        float[] deltas = new float[4 * count];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = (float) (0.1 * Math.sin(0.017 * i * (double) i + 1.1 * i + 0.7));
        }
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            DetectGraph detect = new DetectGraph(tf, config, new Layers(tf, 0));
            CombinedNonMaxSuppression proposals = detect.propose(
                    tf.constant(
                            Shape.of(count, 4),
                            DataBuffers.of(
                                    Golden.countedFromOne(config.anchors().grid(rows, columns)))),
                    new Cascade.AnchorOutputs(
                            tf.constant(Shape.of(1, count), DataBuffers.of(logits)),
                            tf.constant(Shape.of(1, count, 4), DataBuffers.of(deltas))),
                    tf.constant(Shape.of(1, 3), DataBuffers.of(golden.floats("im_info"))));
            try (Session session = new Session(graph);
                    Result result = session.runner()
                            .fetch(detect.asRois(proposals.nmsedBoxes()))
                            .fetch(proposals.nmsedScores())
                            .fetch(proposals.validDetections())
                            .run()) {
                assertThat(floats(result, 0)).containsExactly(golden.floats("rois"), offset(1e-3f));
                assertThat(floats(result, 1)).containsExactly(golden.floats("scores"), offset(1e-5f));
                assertThat(((TInt32) result.get(2)).getInt(0)).isEqualTo(golden.integer("post_nms"));
            }
        }
    }

    @Test
    void bridgeMovesEachRoiByTheDeltasOfItsBestClass() throws IOException {
        Golden golden = Golden.read("stage_bridge.json");
        float[] deltas = golden.floats("deltas");
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] /= Cascade.DELTA_UNITS.get(i % 4);
        }
        float[] logits = golden.floats("probs");
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(logits[i]);
        }
        float[] info = golden.floats("im_info");
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> scores = tf.constant(Shape.of(6, 4), DataBuffers.of(logits));
            Cascade.CategoryOutputs outputs =
                    new Cascade.CategoryOutputs(scores, scores, tf.constant(Shape.of(6, 4, 4), DataBuffers.of(deltas)));
            Operand<TFloat32> rois = tf.constant(Shape.of(6, 4), DataBuffers.of(golden.floats("rois")));
            Cascade cascade = new Cascade(tf, publishedAnchors(proposals(), 4, 4), new Layers(tf, 0));
            Operand<TFloat32> moved =
                    cascade.move(rois, cascade.bestDeltas(outputs, 0), tf.constant(info[0]), tf.constant(info[1]));
            try (Session session = new Session(graph);
                    Result result = session.runner().fetch(moved).run()) {
                assertThat(floats(result, 0)).containsExactly(golden.floats("rois_ext"), offset(1e-4f));
            }
        }
    }

    @Test
    void masksComeToTheSizeOfTheFeaturesAsInTheReleasedLayer() throws IOException {
        Golden golden = Golden.read("mask_ops.json");
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> resized = new Cascade(tf, publishedAnchors(proposals(), 28, 21), new Layers(tf, 0))
                    .atFeatureSize(tf.constant(Shape.of(1, 441), DataBuffers.of(golden.floats("mask21"))));
            try (Session session = new Session(graph);
                    Result result = session.runner().fetch(resized).run()) {
                assertThat(floats(result, 0)).containsExactly(golden.floats("mask_resize_14"), offset(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3, POOLED", "7, POOLED", "7, DIRECT"})
    void featuresOfRoisInGroupsAreThoseOfAllAtOnce(int groups, MncConfig.Warp.SecondRound secondRound) {
        int rois = 10;
        Random random = new Random(groups);
        float[] boxes = new float[4 * rois];
        int[] owners = new int[rois];
        for (int i = 0; i < rois; i++) {
            owners[i] = random.nextInt(2);
            boxes[4 * i] = 100 * random.nextFloat();
            boxes[4 * i + 1] = 80 * random.nextFloat();
            boxes[4 * i + 2] = boxes[4 * i] + 40 * random.nextFloat();
            boxes[4 * i + 3] = boxes[4 * i + 1] + 40 * random.nextFloat();
        }
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            MncConfig config = MncConfig.vgg16(20, 2).asReleased(secondRound).withWidth(1);
            Cascade cascade = new Cascade(tf, config, new Layers(tf, 0));
            float[] values = new float[2 * 8 * 9 * 8];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            Operand<TFloat32> source = tf.constant(Shape.of(2, 8, 9, 8), DataBuffers.of(values));
            Operand<TFloat32> all = tf.constant(Shape.of(rois, 4), DataBuffers.of(boxes));
            try (Session session = new Session(graph);
                    Result result = session.runner()
                            .fetch(cascade.roiFeatures(source, all, tf.constant(owners), 2, groups))
                            .fetch(cascade.roiFeatures(source, all, tf.constant(owners), 2))
                            .run()) {
                assertThat(result.get(0).shape()).isEqualTo(Shape.of(rois, 14, 14, 8));
                assertThat(floats(result, 0)).containsExactly(floats(result, 1));
            }
        }
    }

    /** 300 RoIs with 28 x 28 samples of 512 channels are 482 MB; 64 MiB of them are held at once. */
    @Test
    void largeNetworksWarpInGroupsAndSmallOnesAtOnce() {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Layers layers = Layers.uninitialised(tf);
            assertThat(new Cascade(tf, MncConfig.vgg16(20, 2), layers).roiGroups(300))
                    .isEqualTo(8);
            assertThat(new Cascade(tf, MncConfig.compact(20, 2), layers).roiGroups(100))
                    .isEqualTo(1);
        }
    }

    private static MncConfig.Proposals proposals() {
        return new MncConfig.Proposals(300, 20, 0.7f, 16);
    }

    /** The published network in miniature; no weight of it is used here. */
    private static MncConfig publishedAnchors(MncConfig.Proposals proposals, int samples, int classes) {
        return MncConfig.vgg16(classes - 1, 2)
                .asReleased(MncConfig.Warp.SecondRound.POOLED)
                .withWidth(1)
                .withProposals(proposals, proposals)
                .withWarp(new MncConfig.Warp(
                        samples, MncConfig.Warp.Coordinates.CONTINUOUS, 0, MncConfig.Warp.SecondRound.POOLED));
    }

    private static float[] floats(Result result, int index) {
        TFloat32 tensor = (TFloat32) result.get(index);
        float[] values = new float[(int) tensor.size()];
        tensor.copyTo(DataBuffers.of(values, false, false));
        return values;
    }
}
