/** The care of a label table, the morning after: looking at its runs, checking them, cleaning up, taking one out of sight. */
@NullMarked
package dev.mnc.jobs.maintenance;

import org.jspecify.annotations.NullMarked;
