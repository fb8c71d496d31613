/** The input of the local engine, read whole and without Spark. */
@NullMarked
package dev.mnc.jobs.evaluate.local;

import org.jspecify.annotations.NullMarked;
