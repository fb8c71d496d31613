package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.curves.Positives;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.plan.Counters;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The output of a task for the images of its partition: detections of a category as 28 bytes each, sorted and at most
 * {@value #MOST_RECORDS} together; and one for all that is small.
 *
 * @param cell spec and category together, or one of the constants below 0
 * @param count number of detections
 */
record PartitionOutput(int cell, int count, byte[] data) implements Serializable {

    static final int MOST_RECORDS = 1 << 15;

    /** In place of a cell: all that is small. */
    static final int SMALL = -1;

    /** In place of a cell: counters that are not. */
    static final int COUNTERS = -2;

    /** In place of a cell: the images of the objects of a spec, whose number stands in place of the count. */
    static final int OBJECTS = -3;

    /** Counters of more bytes than this stand alone and are added up before they reach the driver. */
    static final int LARGE_COUNTERS = 1 << 16;

    /** Those of a cell. */
    record OfCell(int cell) implements Function<PartitionOutput, Boolean> {

        @Override
        public Boolean call(PartitionOutput output) {
            return output.cell == cell;
        }
    }

    /** Those that are detections. */
    record Detections() implements Function<PartitionOutput, Boolean> {

        @Override
        public Boolean call(PartitionOutput output) {
            return output.cell >= 0;
        }
    }

    /** The bytes alone. */
    record Data() implements Function<PartitionOutput, byte[]> {

        @Override
        public byte[] call(PartitionOutput output) {
            return output.data;
        }
    }

    /**
     * The small part of an output.
     *
     * @param sizes number of detections by cell
     * @param positives objects to be found, by spec
     * @param counters null if they stand alone
     * @param unlisted detections of categories that are not listed, by category id
     * @param blocks the bounds of blocks of a results file
     */
    record Small(
            Map<Integer, Long> sizes,
            List<Positives> positives,
            @Nullable Counters counters,
            Map<Long, Long> unlisted,
            FaultLog faults,
            List<BlockBounds> blocks)
            implements Serializable {}
}
