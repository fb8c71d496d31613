package dev.mnc.jobs.evaluate.spark;

import dev.mnc.dataset.Detection;
import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.dataset.columns.DetectionColumns;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.sds.SdsCell;
import dev.mnc.evaluation.sds.SdsMatcher;
import dev.mnc.evaluation.sds.SdsObjects;
import dev.mnc.jobs.evaluate.spark.shuffle.PackedRow;
import dev.mnc.jobs.evaluate.spark.shuffle.RowChunks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Turns {@link RowChunks} into cells of the protocol voc-sds, image by image, and counts the objects there are to be
 * found. All rows of an image are in one partition; masks end here.
 *
 * @param categories the listed ones
 * @param weights of a bootstrap, or null
 */
record MatchImages(LongIndex categories, @Nullable ImageWeights weights)
        implements FlatMapFunction<Iterator<Tuple2<Integer, byte[]>>, Row> {

    /** A {@link SdsCell}; {@code number} is its image. */
    static final int CELL = 0;

    /** {@link SdsObjects#toBytes} of a category. */
    static final int WANTED = 1;

    /** The {@link Notes} of a partition. */
    static final int NOTES = 2;

    static final StructType OUTPUT = new StructType()
            .add("kind", DataTypes.IntegerType, false)
            .add("category_id", DataTypes.LongType, false)
            .add("number", DataTypes.LongType, false)
            .add("data", DataTypes.BinaryType, false);

    /**
     * Faults and blocks of a partition.
     *
     * @param blocks the bounds of blocks of a results file
     */
    record Notes(FaultLog faults, List<BlockBounds> blocks) implements Serializable {}

    private static final SdsMatcher MATCHER = new SdsMatcher();

    @Override
    public Iterator<Row> call(Iterator<Tuple2<Integer, byte[]>> chunks) {
        Work work = new Work();
        ImageAssembler.forEach(PackedRow.inOrder(chunks), work);
        work.wanted.forEach(
                (category, objects) -> work.outputs.add(RowFactory.create(WANTED, category, 0L, objects.toBytes())));
        work.outputs.add(RowFactory.create(NOTES, 0L, 0L, SerializedObject.bytes(new Notes(work.faults, work.blocks))));
        return work.outputs.iterator();
    }

    private final class Work implements ImageAssembler.Receiver {

        private final List<Row> outputs = new ArrayList<>();
        private final Map<Long, SdsObjects> wanted = new TreeMap<>();
        private final FaultLog faults = new FaultLog();
        private final List<BlockBounds> blocks = new ArrayList<>();

        @Override
        public void image(Image image, List<Annotation> annotations, DetectionColumns detections) {
            List<Detection> all = IntStream.range(0, detections.count())
                    .mapToObj(detections::detection)
                    .toList();
            SdsMatcher.Matched matched = MATCHER.match(image, annotations, all, faults);
            matched.positives().forEach((category, count) -> {
                if (categories.of(category) >= 0) {
                    wanted.computeIfAbsent(category, id -> new SdsObjects(weights))
                            .add(image.id(), count);
                }
            });
            for (SdsCell cell : matched.cells()) {
                outputs.add(RowFactory.create(CELL, cell.categoryId(), cell.imageId(), cell.toBytes()));
            }
        }

        @Override
        public void unknownImage(long imageId, List<Annotation> annotations, DetectionColumns detections) {
            annotations.forEach(faults::addUnknownImage);
            for (int i = 0; i < detections.count(); i++) {
                faults.addUnknownImage(detections.ordinal(i), imageId);
            }
        }

        @Override
        public void fault(Fault fault) {
            faults.add(fault);
        }

        @Override
        public void block(BlockBounds block) {
            blocks.add(block);
        }
    }
}
