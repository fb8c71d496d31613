/** What is compared, masks as sorted intervals of pixels or boxes, and how much two of them overlap. */
@NullMarked
package dev.mnc.evaluation.shapes;

import org.jspecify.annotations.NullMarked;
