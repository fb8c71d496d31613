/** Shapes to compare, masks as sorted intervals of pixels or boxes, and the IoU of two of them. */
@NullMarked
package dev.mnc.evaluation.shapes;

import org.jspecify.annotations.NullMarked;
