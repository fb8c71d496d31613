/** The records that cross a process boundary, and their columns. */
@NullMarked
package dev.mnc.schemas;

import org.jspecify.annotations.NullMarked;
