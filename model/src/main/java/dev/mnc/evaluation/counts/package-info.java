/** Counts per image at one score: the worst images, and false alarms in images that lack a category. */
@NullMarked
package dev.mnc.evaluation.counts;

import org.jspecify.annotations.NullMarked;
