/** Parquet read in this process, without Spark: detections and ground truth, one row each. */
@NullMarked
package dev.mnc.jobs.evaluate.rows;

import org.jspecify.annotations.NullMarked;
