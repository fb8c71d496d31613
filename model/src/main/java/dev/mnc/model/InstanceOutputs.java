package dev.mnc.model;

import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.SoftMask;
import dev.mnc.model.InstancesSignature.Boxes;
import dev.mnc.model.InstancesSignature.Masks;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/**
 * The outputs of a model for one image, read instance by instance.
 *
 * <p>Outputs that make no sense are refused, not repaired: numbers that are not finite, unknown classes, shapes that do
 * not fit each other.
 */
final class InstanceOutputs {

    private final InstancesCard card;
    private final Map<Long, Category> categories;
    private final Result result;
    private final int height;
    private final int width;

    /**
     * Wraps the outputs of a run.
     *
     * @param height rows of the stored image, px
     * @param width columns of the stored image, px
     */
    InstanceOutputs(InstancesCard card, Result result, int height, int width) {
        this.card = card;
        this.categories = card.categoriesByNumber();
        this.result = result;
        this.height = height;
        this.width = width;
    }

    /**
     * Returns the instances, the highest score first; instances without a pixel are left out.
     *
     * @param minScore instances with a lower score are left out
     * @throws IllegalArgumentException if the outputs make no sense
     */
    List<Instance> instances(double minScore) {
        InstancesSignature tensors = card.tensors();
        OutputRows scores = rows(tensors.scores(), "[N]", 1);
        OutputRows classes = rows(tensors.classes().output(), "[N]", 1);
        OutputRows masks = rows(tensors.masks().output(), "[N, rows, columns]", 3);
        requireSameLength(scores, classes);
        requireSameLength(scores, masks);
        List<Box> boxes = tensors.boxes() == null ? List.of() : boxes(tensors.boxes(), scores);
        List<Instance> found = new ArrayList<>();
        for (int i = 0; i < count(scores.count()); i++) {
            double score = scores.row(i)[0];
            if (!(score >= 0 && score <= 1)) {
                throw new IllegalArgumentException(
                        "output \"" + tensors.scores() + "\" holds the score " + score + "; it must lie in [0, 1]");
            }
            if (score >= minScore) {
                Category category = category(classes.row(i)[0]);
                Mask mask = tensors.masks().frame() == Masks.Frame.IMAGE
                        ? wholeImage(masks, i)
                        : SoftMask.paste(
                                probabilities(masks, i),
                                side(masks),
                                boxes.get(i),
                                height,
                                width,
                                tensors.masks().threshold());
                if (mask.area() > 0) {
                    found.add(new Instance(category, score, mask));
                }
            }
        }
        found.sort(Comparator.comparingDouble(Instance::score).reversed());
        return found;
    }

    private OutputRows rows(String output, String expected, int rank) {
        Tensor tensor = result.get(output)
                .orElseThrow(() -> new IllegalArgumentException("the model gave no output \"" + output + "\""));
        return OutputRows.of(output, tensor, expected, rank);
    }

    private static void requireSameLength(OutputRows one, OutputRows other) {
        if (one.count() != other.count()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "output \"%s\" has %d instances, but \"%s\" has %d",
                    one.name(),
                    one.count(),
                    other.name(),
                    other.count()));
        }
    }

    /** Returns the number of rows that hold instances. */
    private int count(int rows) {
        String output = card.tensors().count();
        if (output == null) {
            return rows;
        }
        float count = rows(output, "[1] or []", 0).row(0)[0];
        if (!(count >= 0 && count <= rows && count == Math.rint(count))) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "output \"%s\" is %s; it must be a whole number in 0 .. %d", output, count, rows));
        }
        return (int) count;
    }

    private Category category(float number) {
        Category category = number == Math.rint(number) ? categories.get((long) number) : null;
        if (category == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "output \"%s\" holds the class %s, which no category of the model's card stands for",
                    card.tensors().classes().output(),
                    number == Math.rint(number) ? Long.toString((long) number) : Float.toString(number)));
        }
        return category;
    }

    private List<Box> boxes(Boxes names, OutputRows scores) {
        OutputRows corners = rows(names.output(), "[N, 4]", 2);
        requireSameLength(scores, corners);
        if (corners.length() != 4) {
            throw corners.unexpected("[N, 4]");
        }
        double down = names.unit() == Boxes.Unit.NORMALISED ? height : 1;
        double across = names.unit() == Boxes.Unit.NORMALISED ? width : 1;
        if (names.size() != null) {
            float[] size = size(names.size());
            down = height / (double) size[0];
            across = width / (double) size[1];
        }
        int x = names.order() == Boxes.Order.X1Y1X2Y2 ? 0 : 1;
        int y = 1 - x;
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < count(scores.count()); i++) {
            float[] corner = corners.row(i);
            boxes.add(box(
                    across * corner[x],
                    down * corner[y],
                    across * corner[2 + x],
                    down * corner[2 + y],
                    names.output()));
        }
        return boxes;
    }

    /** Returns the box of two corners; one whose corners are in the wrong order covers nothing. */
    private static Box box(double x1, double y1, double x2, double y2, String output) {
        if (!Double.isFinite(x1) || !Double.isFinite(y1) || !Double.isFinite(x2) || !Double.isFinite(y2)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "output \"%s\" holds the box (%s, %s, %s, %s) px", output, x1, y1, x2, y2));
        }
        return new Box(x1, y1, Math.max(x2 - x1, 0), Math.max(y2 - y1, 0));
    }

    private float[] size(String output) {
        OutputRows rows = rows(output, "[2]", 1);
        if (rows.count() != 2) {
            throw rows.unexpected("[2]");
        }
        float[] size = {rows.row(0)[0], rows.row(1)[0]};
        if (!(size[0] > 0 && size[1] > 0)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "output \"%s\" is the size %s x %s; both must be above 0", output, size[0], size[1]));
        }
        return size;
    }

    private static int side(OutputRows masks) {
        if (masks.side(1) != masks.side(2)) {
            throw masks.unexpected("[N, m, m]");
        }
        return masks.side(1);
    }

    private Mask wholeImage(OutputRows masks, int i) {
        if (masks.side(1) != height || masks.side(2) != width) {
            throw masks.unexpected("[N, " + height + ", " + width + "], the size of the image");
        }
        return SoftMask.cut(
                probabilities(masks, i), height, width, card.tensors().masks().threshold());
    }

    /** Returns the probabilities of a mask; whole numbers above 1, such as 255, are foreground as 1 is. 255. */
    private static float[] probabilities(OutputRows masks, int i) {
        float[] row = masks.row(i);
        for (int pixel = 0; pixel < row.length; pixel++) {
            row[pixel] = Math.min(row[pixel], 1);
        }
        return row;
    }
}
