package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import java.util.List;

/** A source of images with their objects and detections. Safe for use by several threads that read different images. */
public interface ImageSource {

    /** Returns the number of images. */
    int images();

    /** Returns an image; ids rise with the index. */
    Image image(int index);

    /** Returns the objects of an image in the order of the file. */
    List<Annotation> annotations(int index);

    /** Hands over the detections of an image in the order of the file. */
    void forEachDetection(int index, DetectionConsumer consumer);

    /** A consumer of detections. */
    interface DetectionConsumer {
        /**
         * Takes a detection.
         *
         * @param columns hold the detection
         * @param index its index in the columns
         */
        void accept(DetectionColumns columns, int index);
    }
}
