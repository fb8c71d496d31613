/** Inside an executor: one model on one device, fed by all task slots. */
@NullMarked
package dev.mnc.jobs.host;

import org.jspecify.annotations.NullMarked;
