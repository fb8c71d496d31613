package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Puts images together out of rows of {@link ImageRows}; all of an image stand together, by kind and ordinal. */
public final class ImageAssembler {

    private final Taker taker;
    private final DetectionColumns columns = new DetectionColumns();
    private final List<Annotation> annotations = new ArrayList<>();
    private @Nullable Image image;
    private long imageId;

    private ImageAssembler(Taker taker) {
        this.taker = taker;
    }

    /** Is given images. What it is given is used again for the next. */
    public interface Taker {

        /** Takes an image, its objects in the order of the file, and its detections in theirs. */
        void image(Image image, List<Annotation> annotations, DetectionColumns detections);

        /** Takes what there is of an image that the ground truth does not list. */
        void unknownImage(long imageId, List<Annotation> annotations, DetectionColumns detections);

        /** Takes what could not be read. */
        void fault(Fault fault);

        /** Takes what became of a block of a results file. */
        void block(BlockBounds block);
    }

    /** Gives all images of some rows to a taker. */
    public static void forEach(Iterator<Row> rows, Taker taker) {
        ImageAssembler images = new ImageAssembler(taker);
        boolean any = false;
        while (rows.hasNext()) {
            Row row = rows.next();
            if (any && row.getLong(0) != images.imageId) {
                images.end();
            }
            any = true;
            images.imageId = row.getLong(0);
            images.take(row);
        }
        if (any) {
            images.end();
        }
    }

    private void take(Row row) {
        switch (row.getInt(1)) {
            case ImageRows.IMAGE -> image = ImageRows.image(row);
            case ImageRows.ANNOTATION -> annotations.add(ImageRows.annotation(row));
            case ImageRows.DETECTIONS -> ImageRows.detections(row, columns);
            case ImageRows.FAULT -> taker.fault(ImageRows.fault(row));
            default -> taker.block(SerializedObject.object(row.<byte[]>getAs(3), BlockBounds.class));
        }
    }

    private void end() {
        Image known = image;
        if (known != null) {
            taker.image(known, annotations, columns.inOrder());
        } else if (columns.count() > 0 || !annotations.isEmpty()) {
            taker.unknownImage(imageId, annotations, columns);
        }
        image = null;
        annotations.clear();
        columns.clear();
    }
}
