package dev.mnc.geometry;

/** The divisor of an intersection when a detection is compared with a ground truth. */
public enum Overlap {
    /** Intersection over union: the ground truth is one object. */
    OBJECT,
    /** Intersection over the detection's own area: the ground truth is a crowd region (COCO {@code iscrowd = 1}). */
    CROWD
}
