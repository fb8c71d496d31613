package dev.mnc.evaluation.matching;

import dev.mnc.dataset.columns.DetectionColumns;
import java.util.List;

/**
 * The area of an unmatched detection that decides whether it counts as small, medium or large. (Of ground truth it is
 * always the area field of the file.)
 */
public enum DetectionArea {
    /** Of what is compared: the mask's pixels for {@code segm}, the box for {@code bbox}. */
    COMPARED,
    /** Width times height of the box, also for {@code segm}. Detections without a box are an error. */
    BOX,
    /** The mask's pixels, also for {@code bbox}. Detections without segmentation are an error. */
    MASK;

    /**
     * Returns the choice pycocotools makes for a whole file by its first entry ({@code COCO.loadRes}): the box if that
     * entry has one, else the mask. So a file of boxes and masks gives other size figures for {@code segm} than the
     * same file without the boxes.
     */
    public static DetectionArea asPycocotools(List<DetectionColumns> detections) {
        for (DetectionColumns columns : detections) {
            if (columns.count() > 0) {
                return columns.hasBox(0) ? BOX : MASK;
            }
        }
        return COMPARED;
    }
}
