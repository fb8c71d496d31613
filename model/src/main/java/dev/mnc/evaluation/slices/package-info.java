/** The metrics of subsets of the images, chosen by the columns of a table. */
@NullMarked
package dev.mnc.evaluation.slices;

import org.jspecify.annotations.NullMarked;
