package dev.mnc.jobs.report;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.pages.AnnotatedObject;
import dev.mnc.schemas.Category;
import dev.mnc.schemas.Instance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects and predictions that are drawn over one image. Where there is only a box, its pixels are drawn instead of
 * the mask.
 *
 * @param truth the annotated objects, crowds left out
 * @param predictions the highest score first; scores outside [0, 1] moved to its ends
 * @param undrawable annotations and predictions with neither a valid mask nor a box, or with a mask of another size
 */
record Overlay(List<AnnotatedObject> truth, List<Instance> predictions, int undrawable) {

    /**
     * Collects the objects and predictions of an image.
     *
     * @param detections all of one image, which the ground truth lists with its size
     */
    static Overlay of(GroundTruth groundTruth, Image image, List<Detection> detections) {
        List<AnnotatedObject> truth = new ArrayList<>();
        List<Instance> predictions = new ArrayList<>();
        int undrawable = 0;
        for (Annotation annotation : groundTruth.annotationsOf(image.id())) {
            if (!annotation.crowd()) {
                Optional<Mask> mask = mask(annotation.segmentation(), annotation.bbox(), image);
                mask.ifPresent(
                        valid -> truth.add(new AnnotatedObject(category(groundTruth, annotation.categoryId()), valid)));
                undrawable += mask.isPresent() ? 0 : 1;
            }
        }
        for (Detection detection : detections) {
            Optional<Mask> mask = mask(detection.segmentation(), detection.bbox(), image);
            double score = Double.isNaN(detection.score()) ? 0 : Math.max(0, Math.min(1, detection.score()));
            mask.ifPresent(valid ->
                    predictions.add(new Instance(category(groundTruth, detection.categoryId()), score, valid)));
            undrawable += mask.isPresent() ? 0 : 1;
        }
        predictions.sort(Comparator.comparingDouble(Instance::score).reversed());
        return new Overlay(truth, predictions, undrawable);
    }

    private static Category category(GroundTruth groundTruth, long id) {
        return groundTruth.categories().stream()
                .filter(category -> category.id() == id)
                .findFirst()
                .orElseGet(() -> new Category(id, "category " + id));
    }

    private static Optional<Mask> mask(@Nullable Segmentation segmentation, @Nullable Box box, Image image) {
        try {
            if (segmentation == null) {
                return Optional.ofNullable(box).map(outline -> filled(outline, image));
            }
            Mask mask = segmentation.toMask(image.height(), image.width());
            boolean fits = mask.height() == image.height() && mask.width() == image.width();
            return fits ? Optional.of(mask) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the pixels whose centre lies in the box. */
    private static Mask filled(Box box, Image image) {
        int left = bounded(box.x(), image.width());
        int right = bounded(box.x() + box.width(), image.width());
        int top = bounded(box.y(), image.height());
        int bottom = bounded(box.y() + box.height(), image.height());
        int columns = right - left;
        int rows = bottom - top;
        if (columns == 0 || rows == 0) {
            return Mask.ofRuns(image.height(), image.width(), image.height() * image.width());
        }
        int[] runs = new int[2 * columns + 1];
        runs[0] = left * image.height() + top;
        for (int i = 0; i < columns; i++) {
            runs[2 * i + 1] = rows;
            runs[2 * i + 2] = image.height() - rows;
        }
        runs[2 * columns] = image.height() * image.width() - (right - 1) * image.height() - bottom;
        return Mask.ofRuns(image.height(), image.width(), runs);
    }

    private static int bounded(double edge, int extent) {
        return (int) Math.max(0, Math.min(extent, Math.rint(edge)));
    }
}
