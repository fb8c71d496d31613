package dev.mnc.evaluation;

import static java.util.Objects.requireNonNull;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Mask;
import dev.mnc.geometry.Overlap;
import dev.mnc.geometry.Polygon;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the detections of an image with its ground truth, for all IoU thresholds and area ranges in one go
 * ({@code COCOeval.computeIoU} and {@code evaluateImg}).
 *
 * <p>One departure from pycocotools: an annotation with id 0 can be found like any other.
 *
 * @param type what is compared
 * @param detectionArea which area of a detection counts
 */
public record ImageMatcher(IouType type, DetectionArea detectionArea) implements Matcher {

    /** Falling scores, then as the file or table has them. */
    static final Comparator<Detection> RANKING = Comparator.comparingLong(
                    (Detection detection) -> Scores.rankKey(detection.score()))
            .thenComparingLong(Detection::ordinal);

    public ImageMatcher {
        requireNonNull(type, "type");
        requireNonNull(detectionArea, "detectionArea");
    }

    @Override
    public String label() {
        return type.label();
    }

    @Override
    public List<Cell> match(Image image, GroundTruth truth, List<Detection> detections) {
        Map<Long, List<Detection>> byCategory = byCategory(detections);
        List<Annotation> annotations = truth.annotationsOf(image.id());
        List<Cell> cells = new ArrayList<>(byCategory.size());
        byCategory.forEach((categoryId, found) -> {
            List<Annotation> wanted = annotations.stream()
                    .filter(annotation -> annotation.categoryId() == categoryId)
                    .toList();
            cells.add(cell(image, categoryId, wanted, best(found)));
        });
        return cells;
    }

    static Map<Long, List<Detection>> byCategory(List<Detection> detections) {
        Map<Long, List<Detection>> byCategory = new TreeMap<>();
        for (Detection detection : detections) {
            byCategory
                    .computeIfAbsent(detection.categoryId(), id -> new ArrayList<>())
                    .add(detection);
        }
        return byCategory;
    }

    private static List<Detection> best(List<Detection> detections) {
        return detections.stream()
                .sorted(RANKING)
                .limit(CocoProtocol.MAX_DETECTIONS)
                .toList();
    }

    private Cell cell(Image image, long categoryId, List<Annotation> annotations, List<Detection> detections) {
        Shape[] found = new Shape[detections.size()];
        double[] scores = new double[found.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = shape(image, detections.get(i));
            scores[i] = detections.get(i).score();
        }
        Shape[] wanted = new Shape[annotations.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = shape(image, annotations.get(i));
        }
        CellMatching matching = new CellMatching(overlaps(found, wanted), found, wanted);
        return new Cell(image.id(), categoryId, scores, matching.matched(), matching.ignored());
    }

    /**
     * What is compared.
     *
     * @param box the box, or the mask's box
     * @param mask the mask, or null where boxes are compared
     * @param pixels area of the mask
     * @param area what decides about the size of the object
     * @param crowd whether it is a crowd of the ground truth
     */
    record Shape(Box box, @Nullable Mask mask, long pixels, double area, boolean crowd) {

        double iou(Shape truth) {
            Overlap overlap = truth.crowd ? Overlap.CROWD : Overlap.OBJECT;
            double boxes = box.iou(truth.box, overlap);
            if (mask == null || truth.mask == null || !(boxes > 0)) {
                return boxes;
            }
            if (mask.height() != truth.mask.height() || mask.width() != truth.mask.width()) {
                return -1;
            }
            long both = mask.intersectionArea(truth.mask);
            return both == 0 ? 0 : (double) both / (truth.crowd ? pixels : pixels + truth.pixels - both);
        }
    }

    Shape shape(Image image, Annotation annotation) {
        if (type == IouType.SEGM) {
            Mask mask = annotation.mask(image);
            return new Shape(mask.boundingBox(), mask, mask.area(), annotation.area(), annotation.crowd());
        }
        Box box = annotation.bbox();
        if (box == null) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "annotation %d (image %d) has no bbox", annotation.id(), image.id()));
        }
        return new Shape(box, null, 0, annotation.area(), annotation.crowd());
    }

    Shape shape(Image image, Detection detection) {
        Box box = detection.bbox();
        boolean areaOfBox =
                detectionArea == DetectionArea.BOX || (detectionArea == DetectionArea.COMPARED && type == IouType.BBOX);
        if (type == IouType.BBOX && areaOfBox && box != null) {
            return new Shape(box, null, 0, box.area(), false);
        }
        if (detectionArea == DetectionArea.BOX && box == null) {
            throw new IllegalArgumentException(describe(detection) + " has no bbox, which decides about its size");
        }
        Mask mask = mask(image, detection);
        long pixels = mask.area();
        double area = detectionArea == DetectionArea.BOX && box != null ? box.area() : pixels;
        if (type == IouType.BBOX) {
            return new Shape(box != null ? box : mask.boundingBox(), null, 0, area, false);
        }
        return new Shape(mask.boundingBox(), mask, pixels, area, false);
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

    /** {@code [detections * truths]}, truths varying fastest. */
    private static double[] overlaps(Shape[] found, Shape[] wanted) {
        double[] overlaps = new double[found.length * wanted.length];
        int next = 0;
        for (Shape detection : found) {
            for (Shape truth : wanted) {
                overlaps[next++] = detection.iou(truth);
            }
        }
        return overlaps;
    }
}
