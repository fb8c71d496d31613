package dev.mnc.model;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.image.UnreadableImageException;
import dev.mnc.schemas.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A picture that is stored with a model, and the instances that the model found on it when it was exported. The loader
 * checks that the model still finds them: a broken device or library is noticed before the first image of a run.
 */
public final class GoldenImage {

    private static final String PICTURE = "assets.extra/golden-image";
    private static final String FINDINGS = "assets.extra/golden-instances.json";

    /** Instances below this score may come and go between devices. */
    private static final double SURE = 0.5;

    private static final double SAME_IOU = 0.95;
    private static final double SAME_SCORE = 0.02;

    private final byte[] picture;
    private final List<Finding> expected;

    /**
     * An instance in the file.
     *
     * @param categoryId id of its category
     * @param score probability of the category
     * @param height of the picture, px
     * @param width of the picture, px
     * @param counts COCO's compressed run lengths of its mask
     */
    record Finding(long categoryId, double score, int height, int width, String counts) {

        Mask mask() {
            return Mask.ofCoco(height, width, counts);
        }
    }

    private GoldenImage(byte[] picture, List<Finding> expected) {
        this.picture = picture;
        this.expected = expected;
    }

    /** Reads the golden image of a model, if it has one. */
    static Optional<GoldenImage> read(Path model) throws IOException {
        Path picture = model.resolve(PICTURE);
        if (!Files.exists(picture)) {
            return Optional.empty();
        }
        List<Finding> findings =
                ModelFiles.JSON.readValue(model.resolve(FINDINGS).toFile(), new TypeReference<>() {});
        return Optional.of(new GoldenImage(Files.readAllBytes(picture), findings));
    }

    /**
     * Stores a picture and the instances that a model finds on it with the model, before its card is written.
     *
     * @throws IllegalArgumentException if the picture cannot be read, or the model finds nothing on it with a score of
     *     0.5 or more
     */
    public static void write(Path model, Path picture, CascadePredictor predictor) throws IOException {
        byte[] encoded = Files.readAllBytes(picture);
        List<Finding> findings = new ArrayList<>();
        try {
            for (Instance instance : predictor
                    .detect(List.of(predictor.preprocess(encoded)), SURE)
                    .get(0)) {
                Mask mask = instance.mask();
                findings.add(new Finding(
                        instance.category().id(), instance.score(), mask.height(), mask.width(), mask.toCoco()));
            }
        } catch (UnreadableImageException e) {
            throw new IllegalArgumentException("golden image " + picture + ": " + e.getMessage(), e);
        }
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("golden image " + picture
                    + ": the model finds nothing on it with a score of " + SURE + " or more; choose another");
        }
        Files.createDirectories(model.resolve(PICTURE).getParent());
        Files.write(model.resolve(PICTURE), encoded);
        Files.write(model.resolve(FINDINGS), ModelFiles.JSON.writeValueAsBytes(findings));
    }

    /** Returns the bytes of the picture's file. */
    public byte[] picture() {
        return picture.clone();
    }

    /**
     * Checks the instances found on the picture here against those found when the model was exported. Instances are the
     * same if they have one category, masks with an IoU of 0.95 or more and scores that differ by 0.02 at most; only
     * instances with scores of 0.5 or more count.
     *
     * @throws IllegalStateException if an instance is missing
     */
    public void requireSame(List<Instance> found) {
        for (int i = 0; i < expected.size(); i++) {
            Finding expectedInstance = expected.get(i);
            boolean isFound = found.stream().anyMatch(instance -> same(expectedInstance, instance));
            if (!isFound) {
                throw new IllegalStateException(String.format(
                        Locale.ROOT,
                        "the model does not find on its golden image what it found when it was exported: instance %d of"
                                + " %d (category %d, score %.3f) is not among the %d found here; the device, its driver"
                                + " or TensorFlow's build computes something else",
                        i,
                        expected.size(),
                        expectedInstance.categoryId(),
                        expectedInstance.score(),
                        found.size()));
            }
        }
    }

    private static boolean same(Finding expectedInstance, Instance instance) {
        return instance.category().id() == expectedInstance.categoryId()
                && Math.abs(instance.score() - expectedInstance.score()) <= SAME_SCORE
                && instance.mask().iou(expectedInstance.mask(), Overlap.OBJECT) >= SAME_IOU;
    }
}
