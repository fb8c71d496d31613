/** COCO's metrics of a whole data set, exact to the last digit and mergeable across partitions. */
@NullMarked
package dev.mnc.evaluation.coco;

import org.jspecify.annotations.NullMarked;
