package dev.mnc.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mnc.geometry.Mask;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.model.cascade.NetworkInput;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodePng;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** Models whose answers are constants, so that every mask is known by heart. Images are 20 x 10 px. */
@Tag("tensorflow")
class InstancesPredictorTest {

    private static final Category SEVEN = new Category(7, "seven");
    private static final Category NINE = new Category(9, "nine");
    private static final Mask WHOLE = Mask.ofRuns(10, 20, 0, 200);
    private static final Mask BLOCK = block(4, 12, 2, 6);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path temporary;

    /** The pixels of some columns and rows, both half-open. */
    private static Mask block(int left, int right, int top, int bottom) {
        int columns = right - left;
        int[] runs = new int[2 * columns + 1];
        Arrays.fill(runs, 10 - (bottom - top));
        for (int i = 1; i < runs.length; i += 2) {
            runs[i] = bottom - top;
        }
        runs[0] = left * 10 + top;
        runs[2 * columns] = (20 - right) * 10 + 10 - bottom;
        return Mask.ofRuns(10, 20, runs);
    }

    /** Grey, but for one pixel at (3, 2) with 51 red, 102 green, 204 blue. */
    private static byte[] png(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 2, 0x3366cc);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private Predictor load(String description, BiConsumer<Ops, Signature.Builder> body) throws IOException {
        Path model = ForeignModels.write(temporary.resolve("model"), body);
        ForeignModels.describe(model, ForeignModels.CATEGORIES + description + "}");
        return ModelDirectory.load(model, 1);
    }

    /** A model that takes an image as the Object Detection API does, and gives what it gives. */
    private List<Instance> found(String description, double minScore, BiConsumer<Ops, Signature.Builder> outputs)
            throws IOException, UnreadableImageException {
        try (Predictor predictor = load(description, (tf, signature) -> {
            var unused = ForeignModels.image(tf, signature);
            outputs.accept(tf, signature);
        })) {
            return predictor
                    .detect(List.of(predictor.preprocess(png(20, 10))), minScore)
                    .get(0);
        }
    }

    @Test
    void readsTheObjectDetectionApisOutputs() throws IOException, UnreadableImageException {
        assertThat(found("", 0, ForeignModels::detections))
                .containsExactly(new Instance(SEVEN, 0.875, WHOLE), new Instance(NINE, 0.75, BLOCK));
        assertThat(found("", 0.875, ForeignModels::detections)).containsExactly(new Instance(SEVEN, 0.875, WHOLE));
        assertThat(found(", \"masks\": {\"threshold\": 0.6}", 0, ForeignModels::detections))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(InstancesSignature.Input.Kind.class)
    void givesTheModelTheImageInEveryWayItMayTakeIt(InstancesSignature.Input.Kind kind)
            throws IOException, UnreadableImageException {
        BiConsumer<Ops, Signature.Builder> body = (tf, signature) -> {
            Operand<TFloat32> green = tf.math.div(
                    tf.slice(
                            tf.reshape(pixels(tf, signature, kind), tf.constant(new int[] {10, 20, 3})),
                            tf.constant(new int[] {2, 3, 1}),
                            tf.constant(new int[] {1, 1, 1})),
                    tf.constant(255f));
            signature
                    .output("detection_boxes", tf.constant(new float[][] {{0, 0, 1, 1}}))
                    .output("detection_scores", tf.reshape(green, tf.constant(new int[] {1})))
                    .output("detection_classes", tf.constant(new long[] {7}))
                    .output("detection_masks", tf.constant(new float[][][] {{{1}}}));
        };
        String given = ", \"input\": {\"kind\": \"" + kind + "\", \"scale\": 2}";
        boolean scaled =
                kind == InstancesSignature.Input.Kind.FLOAT || kind == InstancesSignature.Input.Kind.FLOAT_BATCH;
        for (String description : scaled ? List.of(given) : List.of(given, "")) {
            try (Predictor predictor = load(description, body)) {
                NetworkInput input = predictor.preprocess(png(20, 10));
                assertThat(List.of(input.originalHeight(), input.originalWidth()))
                        .containsExactly(10, 20);
                Instance instance = predictor.detect(List.of(input), 0).get(0).get(0);
                assertThat(instance.score()).isCloseTo(scaled ? 0.8 : 0.4, within(1e-6));
                assertThat(instance.mask()).isEqualTo(WHOLE);
            }
        }
    }

    private static Operand<TFloat32> pixels(Ops tf, Signature.Builder signature, InstancesSignature.Input.Kind kind) {
        return switch (kind) {
            case ENCODED -> {
                Placeholder<TString> file = input(tf, signature, TString.class, Shape.scalar());
                yield tf.dtypes.cast(tf.image.decodePng(file, new DecodePng.Options[0]), TFloat32.class);
            }
            case ENCODED_BATCH -> {
                Placeholder<TString> files = input(tf, signature, TString.class, Shape.of(-1));
                Operand<TString> file = tf.reshape(files, tf.constant(new int[0]));
                yield tf.dtypes.cast(tf.image.decodePng(file, new DecodePng.Options[0]), TFloat32.class);
            }
            case UINT8 -> tf.dtypes.cast(input(tf, signature, TUint8.class, Shape.of(-1, -1, 3)), TFloat32.class);
            case UINT8_BATCH ->
                tf.dtypes.cast(input(tf, signature, TUint8.class, Shape.of(1, -1, -1, 3)), TFloat32.class);
            case FLOAT -> input(tf, signature, TFloat32.class, Shape.of(-1, -1, 3));
            case FLOAT_BATCH -> input(tf, signature, TFloat32.class, Shape.of(-1, -1, -1, 3));
        };
    }

    private static <T extends TType> Placeholder<T> input(
            Ops tf, Signature.Builder signature, Class<T> type, Shape shape) {
        Placeholder<T> input = tf.placeholder(type, Placeholder.shape(shape));
        signature.input("image", input);
        return input;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "y1x1y2x2 | normalised |      | 0.2 | 0.2 | 0.6 | 0.6",
                "x1y1x2y2 | normalised |      | 0.2 | 0.2 | 0.6 | 0.6",
                "y1x1y2x2 | px         |      | 2   | 4   | 6   | 12",
                "x1y1x2y2 | px         |      | 4   | 2   | 12  | 6",
                "y1x1y2x2 | px         |      | 1.6 | 4.4 | 6.4 | 11.6",
                "y1x1y2x2 | px         | size | 4   | 2   | 12  | 6",
                "x1y1x2y2 | px         | size | 2   | 4   | 6   | 12"
            })
    void readsBoxesInEveryOrderAndUnit(String order, String unit, String size, float a, float b, float c, float d)
            throws IOException, UnreadableImageException {
        String description = String.format(
                ", \"boxes\": {\"output\": \"b\", \"order\": \"%s\", \"unit\": \"%s\", \"size\": %s}",
                order, unit, size == null ? "null" : "\"" + size + "\"");
        assertThat(found(
                        description,
                        0,
                        (tf, signature) -> one(tf, signature, tf.constant(1f))
                                .output("b", tf.constant(new float[][] {{a, b, c, d}}))
                                .output("size", tf.constant(new int[] {20, 10}))))
                .containsExactly(new Instance(SEVEN, 0.5, BLOCK));
    }

    /** One instance of class 7 without its box, with a mask of one number. */
    private static Signature.Builder one(Ops tf, Signature.Builder signature, Operand<? extends TType> mask) {
        return signature
                .output("detection_scores", tf.constant(new double[] {0.5}))
                .output("detection_classes", tf.constant(new int[] {7}))
                .output("detection_masks", tf.reshape(mask, tf.constant(new int[] {1, 1, 1})));
    }

    @Test
    void stretchesAMaskOverItsBoxAndReadsEveryType() throws IOException, UnreadableImageException {
        float[][][] left = {{{1, 0}, {1, 0}}};
        for (Class<? extends TType> type : List.of(TFloat32.class, TUint8.class, TBool.class)) {
            assertThat(found(
                            "",
                            0,
                            (tf, signature) -> signature
                                    .output("detection_boxes", tf.constant(new float[][] {{0.2f, 0.2f, 0.6f, 0.6f}}))
                                    .output("detection_scores", tf.constant(new float[] {0.5f}))
                                    .output("detection_classes", tf.constant(new float[] {9}))
                                    .output("detection_masks", as(tf, type, tf.constant(left)))))
                    .containsExactly(new Instance(NINE, 0.5, block(4, 8, 2, 6)));
        }
    }

    private static Operand<? extends TType> as(Ops tf, Class<? extends TType> type, Operand<TFloat32> values) {
        if (type == TBool.class) {
            return tf.math.greater(values, tf.constant(0.5f));
        }
        Operand<TUint8> whole = tf.dtypes.cast(tf.math.mul(values, tf.constant(255f)), TUint8.class);
        return type == TUint8.class ? whole : values;
    }

    @Test
    void takesMasksOfTheWholeImageWithoutBoxes() throws IOException, UnreadableImageException {
        float[][][] masks = new float[2][10][20];
        for (int y = 2; y < 6; y++) {
            Arrays.fill(masks[1][y], 4, 12, 0.9f);
        }
        String description = ", \"masks\": {\"frame\": \"image\"}, \"classes\": {\"numbers\": \"from_0\"}";

        assertThat(found(
                        description,
                        0,
                        (tf, signature) -> signature
                                .output("detection_scores", tf.constant(new float[] {0.5f, 0.25f}))
                                .output("detection_classes", tf.constant(new int[] {0, 1}))
                                .output("detection_masks", tf.constant(masks))))
                .as("the first has no pixel")
                .containsExactly(new Instance(NINE, 0.25, BLOCK));
    }

    @ParameterizedTest
    @CsvSource({"category_id, 9", "from_0, 1", "from_1, 2"})
    void classNumbersAreIdsOrPlacesInTheList(String numbers, int number) throws IOException, UnreadableImageException {
        assertThat(found(
                        ", \"classes\": {\"numbers\": \"" + numbers + "\"}",
                        0,
                        (tf, signature) -> signature
                                .output("detection_boxes", tf.constant(new float[][] {{0, 0, 1, 1}}))
                                .output("detection_scores", tf.constant(new float[] {0.5f}))
                                .output("detection_classes", tf.constant(new int[] {number}))
                                .output("detection_masks", tf.constant(new float[][][] {{{1}}}))))
                .containsExactly(new Instance(NINE, 0.5, WHOLE));
    }

    @Test
    void imagesOfManyShapesGoTogetherAndKeepTheirResults() throws IOException, UnreadableImageException {
        try (Predictor predictor = load("", (tf, signature) -> {
            var unused = ForeignModels.image(tf, signature);
            ForeignModels.detections(tf, signature);
        })) {
            NetworkInput small = predictor.preprocess(png(20, 10));
            NetworkInput large = predictor.preprocess(png(40, 30));

            assertThat(small.bucket()).isEqualTo(large.bucket());
            assertThat(predictor.categories()).containsExactly(SEVEN, NINE);
            assertThat(predictor.detect(List.of(small, large, small), 0))
                    .containsExactly(
                            predictor.detect(List.of(small), 0).get(0),
                            predictor.detect(List.of(large), 0).get(0),
                            predictor.detect(List.of(small), 0).get(0));
        }
    }

    @Test
    void aFileThatIsDamagedIsTheImagesFaultHoweverTheModelReadsIt() throws IOException {
        byte[] png = png(20, 10);
        for (InstancesSignature.Input.Kind kind :
                List.of(InstancesSignature.Input.Kind.ENCODED, InstancesSignature.Input.Kind.UINT8_BATCH)) {
            try (Predictor predictor = load("", (tf, signature) -> {
                Operand<? extends TNumber> unused = pixels(tf, signature, kind);
                ForeignModels.detections(tf, signature);
            })) {
                assertThatThrownBy(() -> predictor.preprocess(Arrays.copyOf(png, png.length - 20)))
                        .isInstanceOf(UnreadableImageException.class)
                        .hasMessage("PNG data is truncated or corrupt");
                assertThatThrownBy(() -> predictor.preprocess(new byte[] {1, 2, 3}))
                        .isInstanceOf(UnreadableImageException.class);
            }
        }
    }

    @Test
    void outputsThatMakeNoSenseAreRefused() {
        assertRefused(
                "output \"detection_scores\" holds the score 1.5; it must lie in [0, 1]",
                new float[][] {{0, 0, 1, 1}},
                1.5f,
                7,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_scores\" holds the score NaN; it must lie in [0, 1]",
                new float[][] {{0, 0, 1, 1}},
                Float.NaN,
                7,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_classes\" holds the class 8, which no category of the model's card stands for",
                new float[][] {{0, 0, 1, 1}},
                0.5f,
                8,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_classes\" holds the class 7.5, which no category of the model's card stands for",
                new float[][] {{0, 0, 1, 1}},
                0.5f,
                7.5f,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_boxes\" holds the box (0.0, NaN, 20.0, 10.0) px",
                new float[][] {{Float.NaN, 0, 1, 1}},
                0.5f,
                7,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_boxes\" has the shape [1, 5]; expected [N, 4]",
                new float[][] {{0, 0, 1, 1, 1}},
                0.5f,
                7,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_scores\" has 1 instances, but \"detection_boxes\" has 2",
                new float[][] {{0, 0, 1, 1}, {0, 0, 1, 1}},
                0.5f,
                7,
                new float[][][] {{{1}}});
        assertRefused(
                "output \"detection_masks\" has the shape [1, 1, 2]; expected [N, m, m]",
                new float[][] {{0, 0, 1, 1}},
                0.5f,
                7,
                new float[][][] {{{1, 1}}});
    }

    private void assertRefused(String message, float[][] boxes, float score, float number, float[][][] masks) {
        assertThatThrownBy(() -> found(
                        "",
                        0,
                        (tf, signature) -> signature
                                .output("detection_boxes", tf.constant(boxes))
                                .output("detection_scores", tf.constant(new float[] {score}))
                                .output("detection_classes", tf.constant(new float[] {number}))
                                .output("detection_masks", tf.constant(masks))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aCountOrShapeOrTypeThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> found(
                        "",
                        0,
                        (tf, signature) -> one(tf, signature, tf.constant(1f))
                                .output("detection_boxes", tf.constant(new float[][] {{0, 0, 1, 1}}))
                                .output("num_detections", tf.constant(2))))
                .hasMessage("output \"num_detections\" is 2.0; it must be a whole number in 0 .. 1");
        assertThatThrownBy(() -> found(
                        ", \"masks\": {\"frame\": \"image\"}",
                        0,
                        (tf, signature) -> one(tf, signature, tf.constant(1f))))
                .hasMessage("output \"detection_masks\" has the shape [1, 1, 1]; expected [N, 10, 20], the size of the"
                        + " image");
        assertThatThrownBy(() -> found(
                        "",
                        0,
                        (tf, signature) -> one(tf, signature, tf.constant("x"))
                                .output("detection_boxes", tf.constant(new float[][] {{0, 0, 1, 1}}))))
                .hasMessage("output \"detection_masks\" has the type string; only float, double, int32, int64, uint8"
                        + " and bool can be read");
        assertThatThrownBy(() -> found(
                        ", \"boxes\": {\"unit\": \"px\", \"size\": \"hw\"}",
                        0,
                        (tf, signature) -> one(tf, signature, tf.constant(1f))
                                .output("detection_boxes", tf.constant(new float[][] {{0, 0, 1, 1}}))
                                .output("hw", tf.constant(new int[] {1, 0}))))
                .hasMessage("output \"hw\" is the size 1.0 x 0.0; both must be above 0");
    }
}
