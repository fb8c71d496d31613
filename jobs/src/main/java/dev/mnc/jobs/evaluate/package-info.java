/** The metrics of a corpus as a Spark job. */
@NullMarked
package dev.mnc.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
