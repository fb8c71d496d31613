/**
 * Ground truth in the formats of COCO, LVIS and VOC (SBD), and COCO results.
 *
 * <p>Read in this order: {@link GroundTruth} and {@link Segmentation}, {@link CocoJson}, {@link JsonEntries}; then
 * {@link CocoStream} for large files, {@link VocSbd}, and {@link CocoResults} for predictions.
 */
@NullMarked
package dev.mnc.dataset;

import org.jspecify.annotations.NullMarked;
