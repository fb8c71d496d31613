package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.matching.FaultLog;
import java.util.List;

/** The outcome of an evaluation whose detections may have come from blocks of a results file. */
public interface BlockedResult {

    /** Entries that could not be used; those of blocks do not know how many come before them in the file. */
    FaultLog faults();

    /** What became of the blocks, by number; none if there were none. */
    List<BlockBounds> blocks();
}
