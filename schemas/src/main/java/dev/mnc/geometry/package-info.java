/** Boxes, polygons and run-length masks, and the arithmetic on them. Depends on no other package of the project. */
@NullMarked
package dev.mnc.geometry;

import org.jspecify.annotations.NullMarked;
