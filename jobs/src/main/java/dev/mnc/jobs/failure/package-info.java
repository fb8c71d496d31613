/** Failures as an operator sees them: what happened, what to do, and the exit code. */
@NullMarked
package dev.mnc.jobs.failure;

import org.jspecify.annotations.NullMarked;
