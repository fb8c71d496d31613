/** COCO's metrics over other IoU thresholds, area ranges and max detections than COCO's. */
@NullMarked
package dev.mnc.evaluation.ranges;

import org.jspecify.annotations.NullMarked;
