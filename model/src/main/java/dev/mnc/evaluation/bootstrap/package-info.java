/**
 * Confidence intervals of the metrics by the Poisson bootstrap: the metrics are computed again and again with the
 * images weighted at random.
 *
 * <p>Read in this order: {@link PoissonWeights}, {@link ReplicateRequest}, {@link ReplicateCurves}, {@link Resampling},
 * {@link Resampled}, {@link Interval}; {@link Comparison} and {@link Difference} compare two runs.
 */
@NullMarked
package dev.mnc.evaluation.bootstrap;

import org.jspecify.annotations.NullMarked;
