package dev.mnc.evaluation;

import java.util.Locale;

/** What is compared: boxes or masks. COCO's {@code iouType}. */
public enum IouType {
    SEGM,
    BBOX;

    /** The name in COCO's files and on the command line: {@code segm} or {@code bbox}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of a label.
     *
     * @throws IllegalArgumentException for any other text than {@code segm} and {@code bbox}
     */
    public static IouType ofLabel(String label) {
        for (IouType type : values()) {
            if (type.label().equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException("IoU type must be segm or bbox, got '" + label + "'");
    }
}
