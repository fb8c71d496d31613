/** The plan of an evaluation: which rankings and counters each image contributes to. */
@NullMarked
package dev.mnc.evaluation.plan;

import org.jspecify.annotations.NullMarked;
