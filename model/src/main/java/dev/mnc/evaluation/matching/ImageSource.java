package dev.mnc.evaluation.matching;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import java.util.List;

/** Images with their objects and detections, wherever they come from; several threads ask for different images. */
public interface ImageSource {

    /** Number of images. */
    int images();

    /** An image; in the order of the numbers ids rise. */
    Image image(int number);

    /** The objects of an image in the order of the file. */
    List<Annotation> annotations(int number);

    /** Hands over the detections of an image in the order of the file. */
    void detections(int number, Taker taker);

    /** Is given detections. */
    interface Taker {
        void take(DetectionColumns columns, int index);
    }
}
