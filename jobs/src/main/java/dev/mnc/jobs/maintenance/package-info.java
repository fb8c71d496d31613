/** What an operator does with a label table the morning after: look at its runs, check them, clean up, take one out of sight. */
@NullMarked
package dev.mnc.jobs.maintenance;

import org.jspecify.annotations.NullMarked;
