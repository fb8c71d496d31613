/** Label tables of this machine, read without Spark. */
@NullMarked
package dev.mnc.jobs.evaluate.local;

import org.jspecify.annotations.NullMarked;
