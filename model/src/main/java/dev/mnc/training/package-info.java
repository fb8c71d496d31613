/**
 * The training of cascades: losses, schedule, checkpoints, export.
 *
 * <p>Read in this order: {@link TrainingConfig}, {@link Trainer}, {@link TrainingStep}, {@link TrainingGraph},
 * {@link BackwardPass}, {@link OptimizerOps}; then {@link Checkpoint} and {@link SavedModelExport}.
 */
@NullMarked
package dev.mnc.training;

import org.jspecify.annotations.NullMarked;
