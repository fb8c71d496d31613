/** Ground truth and predictions as rows that Spark deals out to tasks. */
@NullMarked
package dev.mnc.jobs.evaluate.spark.input;

import org.jspecify.annotations.NullMarked;
