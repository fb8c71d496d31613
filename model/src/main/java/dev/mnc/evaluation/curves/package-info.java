/** Rankings of all detections of a category, and the figures read off their precision-recall curves. */
@NullMarked
package dev.mnc.evaluation.curves;

import org.jspecify.annotations.NullMarked;
