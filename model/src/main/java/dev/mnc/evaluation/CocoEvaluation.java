package dev.mnc.evaluation;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * COCO's detection metrics in one process, with the numbers of pycocotools 2.0.11. The same steps, spread over a
 * cluster, are {@link ImageMatcher} for each image, {@link CategoryAccumulator} for each category and
 * {@link EvaluationResult#of} once.
 */
public final class CocoEvaluation {

    private CocoEvaluation() {}

    /**
     * Evaluates detections.
     *
     * @param detections all of them, in any order
     * @throws IllegalArgumentException if a detection belongs to no image of the ground truth, or cannot be compared
     */
    public static EvaluationResult evaluate(GroundTruth truth, Iterator<Detection> detections, ImageMatcher matcher) {
        Positives positives = Positives.of(truth);
        List<CategoryResult> results = accumulate(truth, detections, matcher).stream()
                .map(category -> category.reduce(positives))
                .toList();
        return EvaluationResult.of(matcher.type(), truth, positives, results);
    }

    /** Matches image by image and gathers the cells by category. */
    static Collection<CategoryAccumulator> accumulate(
            GroundTruth truth, Iterator<Detection> detections, Matcher matcher) {
        Map<Long, List<Detection>> byImage = new HashMap<>();
        detections.forEachRemaining(detection -> byImage.computeIfAbsent(detection.imageId(), id -> new ArrayList<>())
                .add(detection));
        Map<Long, CategoryAccumulator> categories = new HashMap<>();
        for (Map.Entry<Long, List<Detection>> found : byImage.entrySet()) {
            Image image = imageOf(truth, found.getValue().get(0));
            for (Cell cell : matcher.match(image, truth, found.getValue())) {
                categories
                        .computeIfAbsent(cell.categoryId(), CategoryAccumulator::new)
                        .add(cell);
            }
        }
        return categories.values();
    }

    /**
     * The image a detection belongs to.
     *
     * @throws IllegalArgumentException if the ground truth does not have it
     */
    public static Image imageOf(GroundTruth truth, Detection detection) {
        Image image = truth.image(detection.imageId());
        if (image == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "detection %d is in image %d, which the ground truth does not list",
                    detection.ordinal(),
                    detection.imageId()));
        }
        return image;
    }
}
