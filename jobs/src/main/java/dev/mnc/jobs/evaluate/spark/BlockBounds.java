package dev.mnc.jobs.evaluate.spark;

import java.io.Serializable;

/**
 * Bounds of the entries of a block of a results file: see
 * {@link dev.mnc.dataset.columns.ResultsBlocks.Part}.
 *
 * @param block number of the block, from 0
 */
public record BlockBounds(long block, long start, long end) implements Serializable {}
