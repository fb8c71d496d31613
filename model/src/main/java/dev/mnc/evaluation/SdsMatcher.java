package dev.mnc.evaluation;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.evaluation.ImageMatcher.Shape;
import dev.mnc.evaluation.SdsEvaluation.Threshold;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs the masks of an image with its ground truth by the rule of VOC: a detection looks at the one object of its
 * category that it overlaps most, of equals the first. It has found it if they overlap enough and nobody before has; a
 * second detection of an object is a false alarm and looks no further. However many detections there are, all count.
 *
 * <p>Crowds are left out of the ground truth, for VOC has none: a detection on a crowd is a false alarm.
 *
 * <p>Source: {@code voc_eval_sds} in {@code lib/utils/voc_eval.py} of the released MNC code.
 */
public record SdsMatcher() implements Matcher {

    private static final ImageMatcher MASKS = new ImageMatcher(IouType.SEGM, DetectionArea.COMPARED);

    @Override
    public String label() {
        return SdsEvaluation.LABEL;
    }

    @Override
    public List<Cell> match(Image image, GroundTruth truth, List<Detection> detections) {
        List<Annotation> objects = truth.annotationsOf(image.id()).stream()
                .filter(annotation -> !annotation.crowd())
                .toList();
        List<Cell> cells = new ArrayList<>();
        ImageMatcher.byCategory(detections).forEach((categoryId, found) -> {
            List<Shape> wanted = objects.stream()
                    .filter(annotation -> annotation.categoryId() == categoryId)
                    .map(annotation -> MASKS.shape(image, annotation))
                    .toList();
            List<Detection> ranked = found.stream().sorted(ImageMatcher.RANKING).toList();
            double[] scores = ranked.stream().mapToDouble(Detection::score).toArray();
            cells.add(
                    new Cell(image.id(), categoryId, scores, matched(image, ranked, wanted), new long[scores.length]));
        });
        return cells;
    }

    private static long[] matched(Image image, List<Detection> ranked, List<Shape> wanted) {
        long[] matched = new long[ranked.size()];
        long[] taken = new long[wanted.size()];
        for (int d = 0; d < matched.length; d++) {
            Shape detection = MASKS.shape(image, ranked.get(d));
            int best = -1;
            double overlap = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < taken.length; i++) {
                double iou = detection.iou(wanted.get(i));
                if (iou > overlap) {
                    overlap = iou;
                    best = i;
                }
            }
            for (Threshold threshold : Threshold.values()) {
                if (best >= 0 && overlap >= threshold.overlap() && (taken[best] & threshold.bit()) == 0) {
                    taken[best] |= threshold.bit();
                    matched[d] |= threshold.bit();
                }
            }
        }
        return matched;
    }
}
