/** An evaluator to compare with. */
@NullMarked
package dev.mnc.evaluation.naive;

import org.jspecify.annotations.NullMarked;
