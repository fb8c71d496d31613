/** COCO mAP, exact to the last digit, and VOC's mAP of masks; both mergeable across partitions. */
@NullMarked
package dev.mnc.evaluation;

import org.jspecify.annotations.NullMarked;
