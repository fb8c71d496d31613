/** The plan of an evaluation: the rankings and counters to which each image contributes. */
@NullMarked
package dev.mnc.evaluation.plan;

import org.jspecify.annotations.NullMarked;
