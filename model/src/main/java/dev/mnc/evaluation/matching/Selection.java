package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import java.io.Serializable;
import java.util.List;

/** Which detections of an image are looked at, before anything is compared; a value, told apart by {@code equals}. */
public interface Selection extends Serializable {

    /** All of them. */
    Selection EVERY = Every.DETECTION;

    /**
     * Drops the detections that are not looked at.
     *
     * @param objects of the image, of listed categories
     * @param candidates all detections of the image, in the order of the file
     */
    void select(Image image, List<Annotation> objects, Candidates candidates);

    /** The usual. */
    enum Every implements Selection {
        DETECTION;

        @Override
        public void select(Image image, List<Annotation> objects, Candidates candidates) {}
    }
}
