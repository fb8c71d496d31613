package dev.mnc.model;

import dev.mnc.model.trust.ModelSignature;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The signature of a model that outputs final instances: the names of its input and outputs, and their meaning. N is
 * the number of instances for an image; each output may have a leading axis of one image.
 *
 * @param signature name, e.g. {@code serving_default}
 * @param input the image
 * @param boxes of the instances, {@code [N, 4]}; null only if masks cover the whole image
 * @param scores output of class probabilities, {@code [N]}, in [0, 1]
 * @param classes of the instances, {@code [N]}
 * @param masks of the instances
 * @param count output of the number of rows that hold instances; null if all N do
 */
public record InstancesSignature(
        String signature,
        Input input,
        @Nullable Boxes boxes,
        String scores,
        Classes classes,
        Masks masks,
        @Nullable String count) {

    /**
     * The input: one image.
     *
     * @param name of the input
     * @param kind its type and shape
     * @param scale pixel values 0 .. 255 are multiplied by this if they are floats
     */
    public record Input(String name, Kind kind, float scale) {

        /** Type and shape of the input. */
        public enum Kind {
            /** The file as it is, a scalar string. */
            ENCODED,
            /** The file as it is, a vector of one string. */
            ENCODED_BATCH,
            /** RGB bytes {@code [H, W, 3]}. */
            UINT8,
            /** RGB bytes {@code [1, H, W, 3]}. */
            UINT8_BATCH,
            /** RGB floats {@code [H, W, 3]}. */
            FLOAT,
            /** RGB floats {@code [1, H, W, 3]}. */
            FLOAT_BATCH;

            boolean isEncoded() {
                return this == ENCODED || this == ENCODED_BATCH;
            }
        }

        public Input {
            if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("input scale must be finite and above 0, got " + scale);
            }
        }
    }

    /**
     * Boxes with continuous corners: the pixel in column 0 covers [0, 1).
     *
     * @param output {@code [N, 4]}
     * @param order of the four numbers
     * @param unit of the four numbers
     * @param size output {@code [2]} of the height and width that px refer to; null for the stored image
     */
    public record Boxes(
            String output, Order order, Unit unit, @Nullable String size) {

        /** Order of a box's numbers. */
        public enum Order {
            Y1X1Y2X2,
            X1Y1X2Y2
        }

        /** Unit of a box's numbers. */
        public enum Unit {
            /** Shares of the image's height and width. */
            NORMALISED,
            /** Pixels. */
            PX
        }

        public Boxes {
            if (unit == Unit.NORMALISED && size != null) {
                throw new IllegalArgumentException(
                        "boxes of the unit normalised need no output of a size, got \"" + size + "\"");
            }
        }
    }

    /**
     * The output of class numbers.
     *
     * @param output {@code [N]}
     * @param numbers what the numbers stand for
     */
    public record Classes(String output, Numbers numbers) {

        /** The meaning of a class number. */
        public enum Numbers {
            /** The id of a category. */
            CATEGORY_ID,
            /** The position of a category in the list, from 0. */
            FROM_0,
            /** The position of a category in the list, from 1. */
            FROM_1
        }
    }

    /**
     * The output of masks.
     *
     * @param output {@code [N, m, m]} or {@code [N, H, W]}; probabilities if floats, else 0 is background
     * @param frame the part of the image that a mask covers
     * @param threshold least probability of a foreground pixel, in (0, 1)
     */
    public record Masks(String output, Frame frame, float threshold) {

        /** The part of the image that a mask covers. */
        public enum Frame {
            /** Its instance's box, over which {@code [m, m]} are stretched bilinearly. */
            BOX,
            /** The stored image, pixel by pixel. */
            IMAGE
        }

        public Masks {
            if (!(threshold > 0 && threshold < 1)) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "mask threshold must lie in (0, 1), got %s", threshold));
            }
        }
    }

    public InstancesSignature {
        if (boxes == null && masks.frame() == Masks.Frame.BOX) {
            throw new IllegalArgumentException("masks that cover boxes need boxes");
        }
    }

    /**
     * Checks the names against the signatures of a model.
     *
     * @param remedy what to do about a name that is wrong, the end of a sentence
     * @throws IllegalArgumentException if the model, "it", has no such signature, input or output
     */
    void requireOn(List<ModelSignature> signatures, String remedy) {
        ModelSignature found = signatures.stream()
                .filter(candidate -> candidate.name().equals(signature))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "it has no signature \"%s\" but %s; %s",
                        signature,
                        quoted(signatures.stream().map(ModelSignature::name).toList()),
                        remedy)));
        require(found.inputs(), "input", input.name(), "the image", remedy);
        if (boxes != null) {
            require(found.outputs(), "output", boxes.output(), "the boxes", remedy);
            if (boxes.size() != null) {
                require(found.outputs(), "output", boxes.size(), "the size that boxes refer to", remedy);
            }
        }
        require(found.outputs(), "output", scores, "the scores", remedy);
        require(found.outputs(), "output", classes.output(), "the classes", remedy);
        require(found.outputs(), "output", masks.output(), "the masks", remedy);
        if (count != null) {
            require(found.outputs(), "output", count, "the count", remedy);
        }
    }

    private void require(List<ModelSignature.Tensor> tensors, String kind, String name, String role, String remedy) {
        List<String> names = tensors.stream().map(ModelSignature.Tensor::name).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "its signature \"%s\" has no %s \"%s\" for %s; it has %s; %s",
                    signature,
                    kind,
                    name,
                    role,
                    quoted(names),
                    remedy));
        }
    }

    static String quoted(List<String> names) {
        return names.isEmpty() ? "none" : "\"" + String.join("\", \"", names) + "\"";
    }
}
