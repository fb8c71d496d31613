package dev.mnc.model.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.mnc.model.Golden;
import dev.mnc.model.cascade.MncConfig.Warp.Coordinates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The oracle is {@code roi_warp.json}: the arithmetic of the released CUDA kernel's forward pass and its exact adjoint,
 * in NumPy.
 */
@Tag("tensorflow")
class RoiWarpingTest {

    private static final Golden GOLDEN = golden();
    /** RoI 5 reaches past the last cell by over half of one, where the released kernel gives 0 and ours the edge. */
    private static final int OVER_THE_EDGE = 5;

    private static final int CHANNELS = 2;
    private static final int ROWS = 6;
    private static final int COLUMNS = 7;

    /** Values and gradients of one evaluation; everything as the golden file lays it out: channels before rows. */
    private record Warped(float[] forward, float[] featureGradient, float[] boxGradient) {}

    @ParameterizedTest
    @CsvSource({"continuous, CONTINUOUS", "quantised, ROUNDED"})
    void samplesWhereTheReleasedKernelDoes(String flavour, Coordinates coordinates) {
        float[] rois = rois(GOLDEN);
        Warped warped = warp(rois, 4, coordinates);
        float[] expected = GOLDEN.at(flavour).floats("forward");
        int each = CHANNELS * 16;
        for (int roi = 0; roi < rois.length / 4; roi++) {
            if (roi != OVER_THE_EDGE) {
                assertClose(slice(warped.forward, roi, each), slice(expected, roi, each), 1e-5f, "RoI " + roi);
            }
        }
    }

    @Test
    void gradientInTheFeaturesIsTheExactAdjoint() {
        Warped warped = warp(withoutEdgeCase(), 4, Coordinates.CONTINUOUS);
        assertThat(warped.featureGradient).hasSize(CHANNELS * ROWS * COLUMNS);
        assertClose(warped.featureGradient, adjointWithoutEdgeCase(), 1e-4f, "features");
    }

    @Test
    void gradientInTheBoxesIsExactWhereSamplesAreOffTheLattice() {
        Warped warped = warp(rois(GOLDEN), 4, Coordinates.CONTINUOUS);
        float[] expected = GOLDEN.at("continuous").floats("grad_rois");
        // RoIs 1 and 2 have samples on lattice points, where the derivative is one-sided; 5 leaves the map.
        for (int roi : new int[] {0, 3, 4}) {
            assertClose(slice(warped.boxGradient, roi, 4), slice(expected, roi, 4), 1e-4f, "RoI " + roi);
        }
    }

    @Test
    void maxPoolingTheFinerWarpGivesThePublishedCrop() {
        Golden golden = GOLDEN.at("warp8_maxpool2");
        float[] rois = rois(golden);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> crop = new RoiWarping(tf, 8, Coordinates.ROUNDED, 16)
                    .warp(features(tf), boxes(tf, rois), tf.constant(new int[rois.length / 4]));
            Operand<TFloat32> pooled = channelsFirst(tf, new Layers(tf, 0).maxPool(crop));
            try (Session session = new Session(graph);
                    Result result = session.runner()
                            .fetch(channelsFirst(tf, crop))
                            .fetch(pooled)
                            .run()) {
                assertClose(floats(result, 0), golden.floats("warped8"), 1e-5f, "warped");
                assertClose(floats(result, 1), golden.floats("pooled4"), 1e-5f, "pooled");
            }
        }
    }

    @Test
    void aLinearRampStaysLinear() {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            float[] ramp = new float[10 * 10];
            for (int i = 0; i < ramp.length; i++) {
                int row = i / 10;
                ramp[i] = 3f * (i % 10) + 7f * row;
            }
            Operand<TFloat32> map = tf.reshape(tf.constant(ramp), tf.constant(new int[] {1, 10, 10, 1}));
            Operand<TFloat32> crop = new RoiWarping(tf, 8, Coordinates.CONTINUOUS, 16)
                    .warp(map, boxes(tf, new float[] {19, 23, 101, 77}), tf.constant(new int[1]));
            try (Session session = new Session(graph);
                    Result result = session.runner().fetch(crop).run()) {
                float[] values = floats(result, 0);
                for (int row = 0; row < 8; row++) {
                    for (int column = 0; column < 8; column++) {
                        float x = (19 + column * 82f / 8) / 16;
                        float y = (23 + row * 54f / 8) / 16;
                        assertThat(values[row * 8 + column]).isCloseTo(3 * x + 7 * y, offset(1e-4f));
                    }
                }
            }
        }
    }

    private static Warped warp(float[] rois, int samples, Coordinates coordinates) {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Operand<TFloat32> features = features(tf);
            Operand<TFloat32> boxes = boxes(tf, rois);
            Operand<TFloat32> warped = channelsFirst(
                    tf,
                    new RoiWarping(tf, samples, coordinates, 16)
                            .warp(features, boxes, tf.constant(new int[rois.length / 4])));
            float[] weights = Arrays.copyOf(GOLDEN.floats("grad_out"), rois.length / 4 * CHANNELS * samples * samples);
            Operand<TFloat32> weighted = tf.math.mul(
                    warped,
                    tf.constant(Shape.of(rois.length / 4, CHANNELS, samples, samples), DataBuffers.of(weights)));
            Output<?>[] gradients = graph.addGradients(
                    tf.sum(weighted, tf.constant(new int[] {0, 1, 2, 3})).asOutput(),
                    new Output<?>[] {features.asOutput(), boxes.asOutput()});
            try (Session session = new Session(graph);
                    Result result = session.runner()
                            .fetch(warped)
                            .fetch(gradients[0])
                            .fetch(gradients[1])
                            .run()) {
                float[] rowsFirst = floats(result, 1);
                float[] featureGradient = new float[rowsFirst.length];
                for (int i = 0; i < rowsFirst.length; i++) {
                    featureGradient[i % CHANNELS * ROWS * COLUMNS + i / CHANNELS] = rowsFirst[i];
                }
                return new Warped(floats(result, 0), featureGradient, floats(result, 2));
            }
        }
    }

    private static Operand<TFloat32> features(Ops tf) {
        Operand<TFloat32> channelsFirst =
                tf.constant(Shape.of(1, CHANNELS, ROWS, COLUMNS), DataBuffers.of(GOLDEN.floats("feat")));
        return tf.linalg.transpose(channelsFirst, tf.constant(new int[] {0, 2, 3, 1}));
    }

    private static Operand<TFloat32> channelsFirst(Ops tf, Operand<TFloat32> rowsFirst) {
        return tf.linalg.transpose(rowsFirst, tf.constant(new int[] {0, 3, 1, 2}));
    }

    private static Operand<TFloat32> boxes(Ops tf, float[] rois) {
        return tf.constant(Shape.of(rois.length / 4, 4), DataBuffers.of(rois));
    }

    /** The golden file's RoIs carry the image's index in front. */
    private static float[] rois(Golden golden) {
        float[] rows = golden.floats("rois");
        float[] rois = new float[rows.length / 5 * 4];
        for (int i = 0; i < rois.length; i++) {
            rois[i] = rows[i / 4 * 5 + 1 + i % 4];
        }
        return rois;
    }

    private static Golden golden() {
        try {
            return Golden.read("roi_warp.json");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] withoutEdgeCase() {
        return Arrays.copyOf(rois(GOLDEN), 4 * OVER_THE_EDGE);
    }

    /** The golden adjoint covers all RoIs, so the share of the edge case is taken out again, sample by sample. */
    private static float[] adjointWithoutEdgeCase() {
        float[] gradient = GOLDEN.at("continuous").floats("grad_features");
        float[] weights = GOLDEN.floats("grad_out");
        float[] xs = slice(GOLDEN.at("continuous").floats("sample_x"), OVER_THE_EDGE, 4);
        float[] ys = slice(GOLDEN.at("continuous").floats("sample_y"), OVER_THE_EDGE, 4);
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    if (xs[j] > COLUMNS - 0.5 || ys[i] > ROWS - 0.5) {
                        continue;
                    }
                    double x = Math.min(xs[j], COLUMNS - 1);
                    double y = Math.min(ys[i], ROWS - 1);
                    float weight = weights[((OVER_THE_EDGE * CHANNELS + channel) * 4 + i) * 4 + j];
                    for (int row = 0; row < ROWS; row++) {
                        for (int column = 0; column < COLUMNS; column++) {
                            double share = Math.max(0, 1 - Math.abs(x - column)) * Math.max(0, 1 - Math.abs(y - row));
                            gradient[(channel * ROWS + row) * COLUMNS + column] -= (float) (share * weight);
                        }
                    }
                }
            }
        }
        return gradient;
    }

    private static float[] slice(float[] values, int index, int length) {
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    private static void assertClose(float[] actual, float[] expected, float tolerance, String what) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s, element %d", what, i).isCloseTo(expected[i], offset(tolerance));
        }
    }

    private static float[] floats(Result result, int index) {
        TFloat32 tensor = (TFloat32) result.get(index);
        float[] values = new float[(int) tensor.size()];
        tensor.copyTo(DataBuffers.of(values, false, false));
        return values;
    }
}
