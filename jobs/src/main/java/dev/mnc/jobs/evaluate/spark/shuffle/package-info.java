/** Everything of an image brought into one partition: rows packed into chunks of bytes, and taken apart again. */
@NullMarked
package dev.mnc.jobs.evaluate.spark.shuffle;

import org.jspecify.annotations.NullMarked;
