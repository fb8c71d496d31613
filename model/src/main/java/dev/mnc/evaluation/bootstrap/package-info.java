/** How sure the metrics are: they are computed again and again with the images weighted at random. */
@NullMarked
package dev.mnc.evaluation.bootstrap;

import org.jspecify.annotations.NullMarked;
