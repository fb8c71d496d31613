/** The comparison of two runs: what changed, and whether it can be told from chance. */
@NullMarked
package dev.mnc.jobs.evaluate.compare;

import org.jspecify.annotations.NullMarked;
