package dev.mnc.jobs.evaluate;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.coco.FaultLog.Fault;
import dev.mnc.evaluation.coco.ImageWeights;
import dev.mnc.evaluation.coco.LongIndex;
import dev.mnc.evaluation.sds.SdsCell;
import dev.mnc.evaluation.sds.SdsMatcher;
import dev.mnc.evaluation.sds.SdsObjects;
import dev.mnc.jobs.evaluate.distributed.BlockEnds;
import dev.mnc.jobs.evaluate.distributed.ImageRows;
import dev.mnc.jobs.evaluate.distributed.ImagesOfRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows of {@link ImageRows} into cells of the protocol voc-sds, image by image, and counts the objects there are to
 * be found. All rows of an image stand together in one partition; masks end here.
 *
 * @param categories the listed ones
 * @param weights of a bootstrap, or null
 */
record MatchImages(LongIndex categories, @Nullable ImageWeights weights) implements MapPartitionsFunction<Row, Row> {

    /** One row a cell: see {@link SdsCell#toBytes}; or without an image, and {@link SdsObjects#toBytes} in its place. */
    static final StructType CELLS = new StructType()
            .add("category_id", DataTypes.LongType, false)
            .add("image_id", DataTypes.LongType, true)
            .add("cell", DataTypes.BinaryType, false);

    private static final SdsMatcher MATCHER = new SdsMatcher();

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Cells cells = new Cells();
        ImagesOfRows.forEach(rows, cells);
        cells.wanted.forEach(
                (category, objects) -> cells.rows.add(RowFactory.create(category, null, objects.toBytes())));
        return cells.rows.iterator();
    }

    private final class Cells implements ImagesOfRows.Taker {

        private final List<Row> rows = new ArrayList<>();
        private final Map<Long, SdsObjects> wanted = new TreeMap<>();

        @Override
        public void image(Image image, List<Annotation> annotations, DetectionColumns detections) {
            for (Annotation annotation : annotations) {
                if (!annotation.crowd() && categories.of(annotation.categoryId()) >= 0) {
                    wanted.computeIfAbsent(annotation.categoryId(), id -> new SdsObjects(weights))
                            .add(image.id(), 1);
                }
            }
            List<Detection> all = IntStream.range(0, detections.count())
                    .mapToObj(detections::detection)
                    .toList();
            for (SdsCell cell : MATCHER.match(image, annotations, all)) {
                rows.add(RowFactory.create(cell.categoryId(), cell.imageId(), cell.toBytes()));
            }
        }

        @Override
        public void unknownImage(long imageId, DetectionColumns detections) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "detection %d is in image %d, which the ground truth does not list",
                    detections.ordinal(0),
                    imageId));
        }

        @Override
        public void fault(Fault fault) {
            throw new UnreadableDatasetException(fault.message());
        }

        @Override
        public void block(BlockEnds block) {}
    }
}
