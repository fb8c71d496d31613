package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.evaluation.sds.SdsCell;
import dev.mnc.evaluation.sds.SdsMatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Turns detections into cells of the protocol voc-sds, image by image. All rows of an image stand together in one partition; masks end here.
 */
record MatchImages(Broadcast<GroundTruth> truth) implements MapPartitionsFunction<Row, Row> {

    /** One row a cell: see {@link SdsCell#toBytes}. */
    static final StructType CELLS = new StructType()
            .add("category_id", DataTypes.LongType, false)
            .add("image_id", DataTypes.LongType, false)
            .add("cell", DataTypes.BinaryType, false);

    private static final SdsMatcher MATCHER = new SdsMatcher();

    @Override
    public Iterator<Row> call(Iterator<Row> detections) {
        return new Cells(detections);
    }

    private final class Cells implements Iterator<Row> {

        private final Iterator<Row> rows;
        private final GroundTruth known = truth.value();
        private final Queue<Row> ready = new ArrayDeque<>();
        private @Nullable Detection ahead;

        Cells(Iterator<Row> rows) {
            this.rows = rows;
            this.ahead = following();
        }

        private @Nullable Detection following() {
            return rows.hasNext() ? DetectionRows.detection(rows.next()) : null;
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && ahead != null) {
                matchNextImage(ahead);
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more cells");
            }
            return ready.remove();
        }

        private void matchNextImage(Detection first) {
            List<Detection> image = new ArrayList<>();
            Detection detection = first;
            while (detection != null && detection.imageId() == first.imageId()) {
                image.add(detection);
                detection = following();
            }
            ahead = detection;
            for (SdsCell cell : MATCHER.match(known.imageOf(first), known, image)) {
                ready.add(RowFactory.create(cell.categoryId(), cell.imageId(), cell.toBytes()));
            }
        }
    }
}
