/** From encoded bytes to the pixels the network wants, and coordinates back. */
@NullMarked
package dev.mnc.image;

import org.jspecify.annotations.NullMarked;
