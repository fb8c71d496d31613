/**
 * The choice of a run's images: those of a listing that are work. {@code WorkSelection} is the front door. A listing in memory
 * goes to the executors, which look the table's rows up in it; a larger one is joined with the table by Spark.
 */
@NullMarked
package dev.mnc.jobs.label.work;

import org.jspecify.annotations.NullMarked;
