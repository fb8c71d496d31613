/** What a SavedModel holds, read from its file without running it, and whether it only computes. */
@NullMarked
package dev.mnc.mnc.trust;

import org.jspecify.annotations.NullMarked;
