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
 * A picture that lies beside a model with what the model found on it when it was exported. Whoever loads the model looks
 * whether it still finds the same: a broken device or library is seen before the first image of a night.
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
     * An instance as it is written.
     *
     * @param categoryId of its category
     * @param score of it
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

    /** That of a model, if it has one. */
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
     * Puts a picture and what a model finds on it beside the model, before its card is written.
     *
     * @throws IllegalArgumentException if the picture cannot be read, or the model is sure of nothing on it
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

    /** The picture's file. */
    public byte[] picture() {
        return picture.clone();
    }

    /**
     * Holds what was found on the picture here against what was found where the model was exported. The same are masks of
     * one category with an IoU of 0.95 or more and scores that differ by 0.02 at most; only instances with scores of 0.5
     * or more count.
     *
     * @throws IllegalStateException if an instance is missing
     */
    public void requireSame(List<Instance> found) {
        for (int i = 0; i < expected.size(); i++) {
            Finding wanted = expected.get(i);
            boolean known = found.stream().anyMatch(instance -> same(wanted, instance));
            if (!known) {
                throw new IllegalStateException(String.format(
                        Locale.ROOT,
                        "the model does not find on its golden image what it found when it was exported: instance %d of"
                                + " %d (category %d, score %.3f) is not among the %d found here; the device, its driver"
                                + " or TensorFlow's build computes something else",
                        i,
                        expected.size(),
                        wanted.categoryId(),
                        wanted.score(),
                        found.size()));
            }
        }
    }

    private static boolean same(Finding wanted, Instance instance) {
        return instance.category().id() == wanted.categoryId()
                && Math.abs(instance.score() - wanted.score()) <= SAME_SCORE
                && instance.mask().iou(wanted.mask(), Overlap.OBJECT) >= SAME_IOU;
    }
}
