package dev.mnc.jobs.evaluate.distributed;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;

import dev.mnc.evaluation.coco.FaultLog;
import dev.mnc.evaluation.coco.Positives;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/**
 * What a task makes of the images of its partition: detections of a category as 28 bytes each, sorted and at most
 * {@value #MOST_RECORDS} to a row; and one row for all that is small.
 */
final class Pieces {

    static final int MOST_RECORDS = 1 << 15;

    /** {@code cell} numbers IoU type and category together; -1 for what is small. */
    static final StructType SCHEMA = new StructType()
            .add("cell", IntegerType, false)
            .add("count", IntegerType, false)
            .add("data", BinaryType, false);

    private Pieces() {}

    /**
     * What is small.
     *
     * @param sizes number of detections by cell
     * @param positives objects to be found, by IoU type
     * @param unlisted detections of categories that are not listed, by category id
     * @param blocks what became of blocks of a results file
     */
    record Small(
            Map<Integer, Long> sizes,
            List<Positives> positives,
            Map<Long, Long> unlisted,
            FaultLog faults,
            List<BlockEnds> blocks)
            implements Serializable {}
}
