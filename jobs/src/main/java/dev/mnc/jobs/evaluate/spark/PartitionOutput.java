package dev.mnc.jobs.evaluate.spark;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;

import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.Counters;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What a task makes of the images of its partition: detections of a category as 28 bytes each, sorted and at most
 * {@value #MOST_RECORDS} to a row; and one row for all that is small.
 */
final class PartitionOutput {

    static final int MOST_RECORDS = 1 << 15;

    /** In place of a cell: the row of all that is small. */
    static final int SMALL = -1;

    /** In place of a cell: the row of tallies that are not. */
    static final int TALLIES = -2;

    /** In place of a cell: the images of the objects of a lane, whose number stands in place of the count. */
    static final int OBJECTS = -3;

    /** Tallies of more bytes than this have a row of their own and are added up before they reach the driver. */
    static final int LARGE_TALLIES = 1 << 16;

    /** {@code cell} numbers lane and category together. */
    static final StructType SCHEMA = new StructType()
            .add("cell", IntegerType, false)
            .add("count", IntegerType, false)
            .add("data", BinaryType, false);

    private PartitionOutput() {}

    /**
     * What is small.
     *
     * @param sizes number of detections by cell
     * @param positives objects to be found, by lane
     * @param tallies null if they are in a row of their own
     * @param unlisted detections of categories that are not listed, by category id
     * @param blocks what became of blocks of a results file
     */
    record Small(
            Map<Integer, Long> sizes,
            List<Positives> positives,
            @Nullable Counters tallies,
            Map<Long, Long> unlisted,
            FaultLog faults,
            List<BlockBounds> blocks)
            implements Serializable {}
}
