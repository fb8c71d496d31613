package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.jobs.evaluate.spark.shuffle.PackedRow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts images together out of rows of {@link ImageRows}; all of an image stand together, by kind and ordinal. */
final class ImageAssembler {

    private final Receiver receiver;
    private final DetectionColumns columns = new DetectionColumns();
    private final List<Annotation> annotations = new ArrayList<>();
    private @Nullable Image image;
    private long imageId;

    private ImageAssembler(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Is given images. What it is given is used again for the next. */
    interface Receiver {

        /** Takes an image, its objects in the order of the file, and its detections in theirs. */
        void image(Image image, List<Annotation> annotations, DetectionColumns detections);

        /** Takes what there is of an image that the ground truth does not list. */
        void unknownImage(long imageId, List<Annotation> annotations, DetectionColumns detections);

        /** Takes what could not be read. */
        void fault(Fault fault);

        /** Takes what became of a block of a results file. */
        void block(BlockBounds block);
    }

    /** Gives all images of some rows to a receiver. */
    static void forEach(Iterator<PackedRow> rows, Receiver receiver) {
        ImageAssembler images = new ImageAssembler(receiver);
        boolean any = false;
        while (rows.hasNext()) {
            PackedRow row = rows.next();
            if (any && row.imageId() != images.imageId) {
                images.end();
            }
            any = true;
            images.imageId = row.imageId();
            images.take(row);
        }
        if (any) {
            images.end();
        }
    }

    private void take(PackedRow row) {
        switch (row.kind()) {
            case ImageRows.IMAGE -> image = ImageRows.image(row.imageId(), row.data());
            case ImageRows.ANNOTATION -> annotations.add(ImageRows.annotation(row.imageId(), row.data()));
            case ImageRows.DETECTIONS -> columns.addBytes(row.imageId(), row.data());
            case ImageRows.FAULT -> receiver.fault(SerializedObject.object(row.data(), Fault.class));
            default -> receiver.block(SerializedObject.object(row.data(), BlockBounds.class));
        }
    }

    private void end() {
        Image known = image;
        if (known != null) {
            receiver.image(known, annotations, columns.inOrder());
        } else if (columns.count() > 0 || !annotations.isEmpty()) {
            receiver.unknownImage(imageId, annotations, columns);
        }
        image = null;
        annotations.clear();
        columns.clear();
    }
}
