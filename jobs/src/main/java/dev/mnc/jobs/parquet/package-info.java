/**
 * Tables as Parquet files, written and read without Spark: {@code ResultTable} as a whole, {@code RowWriter} row by row,
 * {@code CopiedRows} from other files.
 */
@NullMarked
package dev.mnc.jobs.parquet;

import org.jspecify.annotations.NullMarked;
