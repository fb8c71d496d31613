/** Failures as operators see them: messages, remedies, and exit codes. */
@NullMarked
package dev.mnc.jobs.failure;

import org.jspecify.annotations.NullMarked;
