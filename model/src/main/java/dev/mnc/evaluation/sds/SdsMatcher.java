package dev.mnc.evaluation.sds;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.matching.Scores;
import dev.mnc.evaluation.sds.SdsEvaluation.Threshold;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.geometry.Polygon;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A matcher of the masks of an image with its ground truth by the rule of VOC: a detection considers the one object of
 * its category that it overlaps most, of equals the first. It has found it if they overlap enough and no detection
 * before has; a second detection of an object is a false alarm, even where it overlaps others. All detections count,
 * whatever their number.
 *
 * <p>Crowds are left out of the ground truth, for VOC has none: a detection on a crowd is a false alarm.
 *
 * <p>Source: {@code voc_eval_sds} in {@code lib/utils/voc_eval.py} of the released MNC code.
 */
public record SdsMatcher() implements Serializable {

    /** The ranking: falling scores, then the order of the file or table. */
    private static final Comparator<Detection> RANKING = Comparator.comparingLong(
                    (Detection detection) -> Scores.rankKey(detection.score()))
            .thenComparingLong(Detection::ordinal);

    /**
     * The result of one image.
     *
     * @param cells one for each category that has detections, by category id
     * @param positives the number of its objects by category
     */
    public record Matched(List<SdsCell> cells, Map<Long, Long> positives) {

        public Matched {
            cells = List.copyOf(cells);
            positives = Map.copyOf(positives);
        }
    }

    /** A detection that can be compared. */
    private record Found(Detection detection, Mask mask) {}

    /**
     * Matches one image.
     *
     * @param annotations the objects of the image, in the order of the file; each id counts once
     * @param detections the detections of the image in any order
     * @param faults receives the entries that have no mask or a malformed one, which are left out
     */
    public Matched match(Image image, List<Annotation> annotations, List<Detection> detections, FaultLog faults) {
        Map<Long, List<Mask>> positives = new TreeMap<>();
        Set<Long> seen = new HashSet<>();
        for (Annotation annotation : annotations) {
            Mask mask = annotation.crowd() || !seen.add(annotation.id()) ? null : mask(image, annotation, faults);
            if (mask != null) {
                positives
                        .computeIfAbsent(annotation.categoryId(), id -> new ArrayList<>())
                        .add(mask);
            }
        }
        Map<Long, List<Found>> byCategory = new TreeMap<>();
        for (Detection detection : detections) {
            Mask mask = mask(image, detection, faults);
            if (mask != null) {
                byCategory
                        .computeIfAbsent(detection.categoryId(), id -> new ArrayList<>())
                        .add(new Found(detection, mask));
            }
        }
        List<SdsCell> cells = new ArrayList<>();
        byCategory.forEach((categoryId, found) -> {
            List<Found> ranked = found.stream()
                    .sorted(Comparator.comparing(Found::detection, RANKING))
                    .toList();
            double[] scores =
                    ranked.stream().mapToDouble(one -> one.detection().score()).toArray();
            long[] matched =
                    matched(ranked.stream().map(Found::mask).toList(), positives.getOrDefault(categoryId, List.of()));
            cells.add(new SdsCell(image.id(), categoryId, scores, matched));
        });
        Map<Long, Long> counts = new TreeMap<>();
        positives.forEach((categoryId, masks) -> counts.put(categoryId, (long) masks.size()));
        return new Matched(cells, counts);
    }

    private static long[] matched(List<Mask> ranked, List<Mask> positives) {
        long[] matched = new long[ranked.size()];
        long[] taken = new long[positives.size()];
        for (int d = 0; d < matched.length; d++) {
            int best = -1;
            double overlap = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < taken.length; i++) {
                double iou = iou(ranked.get(d), positives.get(i));
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

    /**
     * Returns the IoU, or -1 for masks of different sizes; there are some only if the size of their image is not known.
     */
    private static double iou(Mask detection, Mask truth) {
        boolean comparable = detection.height() == truth.height() && detection.width() == truth.width();
        return comparable ? detection.iou(truth, Overlap.OBJECT) : -1;
    }

    private static @Nullable Mask mask(Image image, Annotation annotation, FaultLog faults) {
        Segmentation segmentation = annotation.segmentation();
        if (segmentation == null) {
            faults.addAnnotation(Reason.ANNOTATION_LACKS, annotation.id(), image.id(), "has no segmentation");
            return null;
        }
        try {
            Mask mask = segmentation.toMask(image.height(), image.width());
            if (!isOfAnotherSize(mask, image)) {
                return mask;
            }
            faults.addAnnotation(Reason.ANNOTATION_SIZE, annotation.id(), image.id(), sizes(mask, image));
        } catch (IllegalArgumentException e) {
            faults.addAnnotation(Reason.ANNOTATION_MASK, annotation.id(), image.id(), String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static @Nullable Mask mask(Image image, Detection detection, FaultLog faults) {
        long ordinal = detection.ordinal();
        if (Double.isNaN(detection.score())) {
            faults.addDetection(Reason.NAN_SCORE, ordinal, image.id(), "its score is NaN, which has no rank");
            return null;
        }
        Segmentation segmentation = segmentation(detection);
        if (segmentation == null) {
            faults.addDetection(Reason.DETECTION_LACKS, ordinal, image.id(), "has neither segmentation nor bbox");
            return null;
        }
        try {
            Mask mask = segmentation.toMask(image.height(), image.width());
            if (!isOfAnotherSize(mask, image)) {
                return mask;
            }
            faults.addDetection(Reason.DETECTION_SIZE, ordinal, image.id(), sizes(mask, image));
        } catch (IllegalArgumentException e) {
            faults.addDetection(Reason.DETECTION_MASK, ordinal, image.id(), String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static @Nullable Segmentation segmentation(Detection detection) {
        Box box = detection.bbox();
        return detection.segmentation() != null || box == null
                ? detection.segmentation()
                : new Segmentation.Polygons(Polygon.ofBox(box));
    }

    private static boolean isOfAnotherSize(Mask mask, Image image) {
        boolean sizeIsKnown = image.height() > 0 && image.width() > 0;
        return sizeIsKnown && (mask.height() != image.height() || mask.width() != image.width());
    }

    private static String sizes(Mask mask, Image image) {
        return String.format(
                Locale.ROOT,
                "its mask is %d x %d px (height x width), but the image is %d x %d",
                mask.height(),
                mask.width(),
                image.height(),
                image.width());
    }
}
