/** Thresholds and calibration of the scores of a category's detections. */
@NullMarked
package dev.mnc.evaluation.scores;

import org.jspecify.annotations.NullMarked;
