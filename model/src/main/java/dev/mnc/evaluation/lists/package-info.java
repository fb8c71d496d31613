/** COCO's metrics with other overlaps, sizes and limits than COCO's. */
@NullMarked
package dev.mnc.evaluation.lists;

import org.jspecify.annotations.NullMarked;
