/** Results as Parquet files. */
@NullMarked
package dev.mnc.jobs.evaluate.tables;

import org.jspecify.annotations.NullMarked;
