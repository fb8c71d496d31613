/** Metrics of some of the images. */
@NullMarked
package dev.mnc.evaluation.slices;

import org.jspecify.annotations.NullMarked;
