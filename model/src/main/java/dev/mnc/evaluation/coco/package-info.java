/**
 * COCO's metrics of a whole data set, exact to the last digit and mergeable across partitions.
 *
 * <p>Read in this order: {@link CocoEvaluation}, {@link CategoryCurves}, {@link CategoryResult}, {@link Outcome}.
 */
@NullMarked
package dev.mnc.evaluation.coco;

import org.jspecify.annotations.NullMarked;
