/** Ground truth as COCO and VOC (SBD) publish it, generated scenes in the same form, and label formats going out. */
@NullMarked
package dev.mnc.dataset;

import org.jspecify.annotations.NullMarked;
