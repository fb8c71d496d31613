package dev.mnc.evaluation.sds;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.coco.Scores;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.geometry.Polygon;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pairs the masks of an image with its ground truth by the rule of VOC: a detection looks at the one object of its
 * category that it overlaps most, of equals the first. It has found it if they overlap enough and nobody before has; a
 * second detection of an object is a false alarm and looks no further. However many detections there are, all count.
 *
 * <p>Crowds are left out of the ground truth, for VOC has none: a detection on a crowd is a false alarm.
 *
 * <p>Source: {@code voc_eval_sds} in {@code lib/utils/voc_eval.py} of the released MNC code.
 */
public record SdsMatcher() implements Serializable {

    /** Falling scores, then as the file or table has them. */
    private static final Comparator<Detection> RANKING = Comparator.comparingLong(
                    (Detection detection) -> Scores.rankKey(detection.score()))
            .thenComparingLong(Detection::ordinal);

    /**
     * Matches one image.
     *
     * @param annotations the objects of the image, in the order of the file
     * @param detections the detections of the image in any order
     * @return a cell for each category that has detections, by category id
     * @throws IllegalArgumentException if a detection or annotation lacks what is compared, or it is malformed; names it
     */
    public List<SdsCell> match(Image image, List<Annotation> annotations, List<Detection> detections) {
        Map<Long, List<Detection>> byCategory = new TreeMap<>();
        for (Detection detection : detections) {
            byCategory
                    .computeIfAbsent(detection.categoryId(), id -> new ArrayList<>())
                    .add(detection);
        }
        List<SdsCell> cells = new ArrayList<>();
        byCategory.forEach((categoryId, found) -> {
            List<Mask> wanted = annotations.stream()
                    .filter(annotation -> !annotation.crowd() && annotation.categoryId() == categoryId)
                    .map(annotation -> annotation.mask(image))
                    .toList();
            List<Detection> ranked = found.stream().sorted(RANKING).toList();
            double[] scores = ranked.stream().mapToDouble(Detection::score).toArray();
            cells.add(new SdsCell(image.id(), categoryId, scores, matched(image, ranked, wanted)));
        });
        return cells;
    }

    private static long[] matched(Image image, List<Detection> ranked, List<Mask> wanted) {
        long[] matched = new long[ranked.size()];
        long[] taken = new long[wanted.size()];
        for (int d = 0; d < matched.length; d++) {
            Mask detection = mask(image, ranked.get(d));
            int best = -1;
            double overlap = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < taken.length; i++) {
                double iou = iou(detection, wanted.get(i));
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

    /** Masks of different sizes do not overlap. */
    private static double iou(Mask detection, Mask truth) {
        boolean comparable = detection.height() == truth.height() && detection.width() == truth.width();
        return comparable ? detection.iou(truth, Overlap.OBJECT) : -1;
    }

    private static Mask mask(Image image, Detection detection) {
        Segmentation segmentation = detection.segmentation();
        Box box = detection.bbox();
        try {
            if (segmentation != null) {
                return segmentation.toMask(image.height(), image.width());
            }
            if (box != null) {
                return new Segmentation.Polygons(Polygon.ofBox(box)).toMask(image.height(), image.width());
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("segmentation of " + describe(detection) + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(describe(detection) + " has neither segmentation nor bbox");
    }

    private static String describe(Detection detection) {
        return String.format(Locale.ROOT, "detection %d (image %d)", detection.ordinal(), detection.imageId());
    }
}
