/** Detections by the million: a results file read by all cores into columns. */
@NullMarked
package dev.mnc.dataset.columns;

import org.jspecify.annotations.NullMarked;
