package dev.mnc.evaluation.shapes;

import java.util.Locale;

/**
 * The kind of shapes that are compared, COCO's {@code iouType}: masks, boxes, or masks and their outlines. COCO's
 * {@code iouType}.
 */
public enum IouType {
    /** Masks. */
    SEGM,
    /** Boxes. */
    BBOX,
    /** The smaller of the IoUs of the masks and of their boundaries: Boundary IoU (arXiv 2103.16562). */
    BOUNDARY;

    /** Returns the name in COCO's files and on the command line: {@code segm}, {@code bbox} or {@code boundary}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether masks are needed. */
    public boolean comparesMasks() {
        return this != BBOX;
    }

    /**
     * Returns the type with a label.
     *
     * @throws IllegalArgumentException for any other text than {@code segm}, {@code bbox} and {@code boundary}
     */
    public static IouType ofLabel(String label) {
        for (IouType type : values()) {
            if (type.label().equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException("IoU type must be segm, bbox or boundary, got '" + label + "'");
    }
}
