/** Encoded images: their headers, limits, and scaling to the pixels that the network reads. */
@NullMarked
package dev.mnc.image;

import org.jspecify.annotations.NullMarked;
