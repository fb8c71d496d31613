/**
 * The matches between the detections and the ground truth of one image, by COCO's rules.
 *
 * <p>Read in this order: {@link Matching} and {@link MatchRules}, {@link ImageMatch}, {@link CellMatcher}; then
 * {@link ShapeReader} and {@link FaultLog} for what goes wrong.
 */
@NullMarked
package dev.mnc.evaluation.matching;

import org.jspecify.annotations.NullMarked;
