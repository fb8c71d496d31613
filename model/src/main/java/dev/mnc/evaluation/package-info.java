/** COCO mAP, exact to the last digit and mergeable across partitions. */
@NullMarked
package dev.mnc.evaluation;

import org.jspecify.annotations.NullMarked;
