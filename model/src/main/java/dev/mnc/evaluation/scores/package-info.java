/** What the scores of a category's detections are worth: thresholds and calibration. */
@NullMarked
package dev.mnc.evaluation.scores;

import org.jspecify.annotations.NullMarked;
