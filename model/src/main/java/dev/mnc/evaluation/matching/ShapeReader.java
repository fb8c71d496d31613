package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.Segmentation;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.shapes.Compat;
import dev.mnc.evaluation.shapes.IouType;
import dev.mnc.evaluation.shapes.Shapes;
import dev.mnc.geometry.Box;
import dev.mnc.geometry.Polygon;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A reader that turns objects and detections into shapes to compare, or logs why that cannot be done. */
final class ShapeReader {

    private final IouType type;
    private final DetectionArea detectionArea;
    private final boolean areaOfBox;
    private final Compat compat;
    private final Shapes areaOnly;
    private Image image = new Image(0, "", 0, 0);
    private FaultLog faults = new FaultLog();
    private double area;

    ShapeReader(IouType type, DetectionArea area, Compat compat) {
        this.type = type;
        this.detectionArea = area;
        this.areaOfBox = area == DetectionArea.BOX || (area == DetectionArea.COMPARED && type == IouType.BBOX);
        this.compat = compat;
        this.areaOnly = new Shapes(compat);
    }

    void start(Image next, FaultLog log) {
        image = next;
        faults = log;
    }

    /** Returns the area of the detection that was read last, px². */
    double area() {
        return area;
    }

    boolean read(Annotation annotation, Shapes into) {
        long id = annotation.id();
        Box box = annotation.bbox();
        if (type == IouType.BBOX) {
            if (box == null) {
                faults.addAnnotation(Reason.ANNOTATION_LACKS, id, image.id(), "has no bbox");
                return false;
            }
            into.addBox(box.x(), box.y(), box.width(), box.height());
            return true;
        }
        Segmentation segmentation = annotation.segmentation();
        if (segmentation == null) {
            faults.addAnnotation(Reason.ANNOTATION_LACKS, id, image.id(), "has no segmentation");
            return false;
        }
        try {
            int shape = into.addMask(segmentation.toMask(image.height(), image.width()));
            if (isOfAnotherSize(into, shape)) {
                faults.addAnnotation(Reason.ANNOTATION_SIZE, id, image.id(), sizes(into, shape));
                into.removeLast();
                return false;
            }
            into.finish(shape, type);
            return true;
        } catch (IllegalArgumentException e) {
            faults.addAnnotation(Reason.ANNOTATION_MASK, id, image.id(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    boolean read(DetectionColumns columns, int index, Shapes into) {
        if (Double.isNaN(columns.score(index)) && compat == Compat.NONE) {
            return fault(Reason.NAN_SCORE, columns, index, "its score is NaN, which has no rank");
        }
        boolean hasBox = columns.hasBox(index);
        if (detectionArea == DetectionArea.BOX && !hasBox) {
            return fault(Reason.DETECTION_LACKS, columns, index, "has no bbox, which decides about its size");
        }
        if (type != IouType.BBOX) {
            return readMask(columns, index, into);
        }
        if (hasBox && areaOfBox) {
            into.addBox(columns.box(index, 0), columns.box(index, 1), columns.box(index, 2), columns.box(index, 3));
            area = columns.box(index, 2) * columns.box(index, 3);
            return true;
        }
        areaOnly.clear();
        if (!readMask(columns, index, areaOnly)) {
            return false;
        }
        if (hasBox) {
            into.addBox(columns.box(index, 0), columns.box(index, 1), columns.box(index, 2), columns.box(index, 3));
        } else {
            into.addBox(areaOnly.box(0, 0), areaOnly.box(0, 1), areaOnly.box(0, 2), areaOnly.box(0, 3));
        }
        return true;
    }

    private boolean readMask(DetectionColumns columns, int index, Shapes into) {
        int shape;
        try {
            if (columns.textStart(index) >= 0) {
                shape = into.addText(
                        columns.text(),
                        columns.textStart(index),
                        columns.textEnd(index),
                        columns.height(index),
                        columns.width(index));
            } else {
                Segmentation segmentation = segmentation(columns, index);
                if (segmentation == null) {
                    return fault(Reason.DETECTION_LACKS, columns, index, "has neither segmentation nor bbox");
                }
                shape = into.addMask(segmentation.toMask(image.height(), image.width()));
            }
        } catch (IllegalArgumentException e) {
            return fault(Reason.DETECTION_MASK, columns, index, String.valueOf(e.getMessage()));
        }
        if (isOfAnotherSize(into, shape)) {
            String sizes = sizes(into, shape);
            into.removeLast();
            return fault(Reason.DETECTION_SIZE, columns, index, sizes);
        }
        into.finish(shape, type);
        area = areaOfBox && columns.hasBox(index) ? columns.box(index, 2) * columns.box(index, 3) : into.pixels(shape);
        return true;
    }

    private static @Nullable Segmentation segmentation(DetectionColumns columns, int index) {
        Segmentation other = columns.other(index);
        if (other != null || !columns.hasBox(index)) {
            return other;
        }
        Box box = new Box(columns.box(index, 0), columns.box(index, 1), columns.box(index, 2), columns.box(index, 3));
        return new Segmentation.Polygons(Polygon.ofBox(box));
    }

    private boolean fault(Reason reason, DetectionColumns columns, int index, String why) {
        faults.addDetection(reason, columns.ordinal(index), image.id(), why);
        return false;
    }

    private boolean isOfAnotherSize(Shapes shapes, int shape) {
        return compat == Compat.NONE
                && image.height() > 0
                && image.width() > 0
                && (shapes.height(shape) != image.height() || shapes.width(shape) != image.width());
    }

    private String sizes(Shapes shapes, int shape) {
        return String.format(
                Locale.ROOT,
                "its mask is %d x %d px (height x width), but the image is %d x %d",
                shapes.height(shape),
                shapes.width(shape),
                image.height(),
                image.width());
    }
}
