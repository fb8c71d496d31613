/** Models, ours and others', and how they predict. The cascade itself is below, in {@code network}. */
@NullMarked
package dev.mnc.mnc;

import org.jspecify.annotations.NullMarked;
