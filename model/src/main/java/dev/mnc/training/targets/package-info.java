/** What the stages are to learn from one image: which anchors and boxes count, and as what. Plain Java. */
@NullMarked
package dev.mnc.training.targets;

import org.jspecify.annotations.NullMarked;
