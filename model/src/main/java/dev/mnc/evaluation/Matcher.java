package dev.mnc.evaluation;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.dataset.GroundTruth.Image;
import java.io.Serializable;
import java.util.List;

/** Compares the detections of an image with its ground truth. Stateless; images are independent of each other. */
public sealed interface Matcher extends Serializable permits ImageMatcher, SdsMatcher {

    /** What the metrics are filed under: {@code segm}, {@code bbox} or {@code voc-sds}. */
    String label();

    /**
     * Matches one image.
     *
     * @param image the image, of {@code truth}
     * @param truth the ground truth; only the annotations of the image are looked at
     * @param detections the detections of the image in any order
     * @return a cell for each category that has detections, by category id
     * @throws IllegalArgumentException if a detection or annotation lacks what is compared, or it is malformed; names it
     */
    List<Cell> match(Image image, GroundTruth truth, List<Detection> detections);
}
