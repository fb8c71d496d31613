/**
 * The training targets of the stages for one image: the anchors and boxes that count, and their labels. Plain Java.
 * Plain Java.
 */
@NullMarked
package dev.mnc.training.targets;

import org.jspecify.annotations.NullMarked;
