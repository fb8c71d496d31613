/** COCO's metrics, exact to the last digit: image by image, then category by category, mergeable across partitions. */
@NullMarked
package dev.mnc.evaluation.coco;

import org.jspecify.annotations.NullMarked;
