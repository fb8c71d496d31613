/** The archives as users unpack them. */
@NullMarked
package dev.mnc.dist;

import org.jspecify.annotations.NullMarked;
