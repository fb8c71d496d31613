package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import java.io.Serializable;
import java.util.List;

/** A selection of the detections of an image that are considered at all; a value, compared by {@code equals}. */
public interface Selection extends Serializable {

    /** The selection of all detections. */
    Selection EVERY = Every.DETECTION;

    /**
     * Drops the detections that are not considered.
     *
     * @param objects of the image, of listed categories
     * @param candidates all detections of the image, in the order of the file
     */
    void select(Image image, List<Annotation> objects, Candidates candidates);

    /** The selection of all detections. */
    enum Every implements Selection {
        DETECTION;

        @Override
        public void select(Image image, List<Annotation> objects, Candidates candidates) {}
    }
}
