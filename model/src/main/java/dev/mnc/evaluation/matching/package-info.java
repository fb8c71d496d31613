/** Matches between the detections and the ground truth of one image, by COCO's rules. */
@NullMarked
package dev.mnc.evaluation.matching;

import org.jspecify.annotations.NullMarked;
