/** The content of a SavedModel, read from its file without running it, and the check that it only computes. */
@NullMarked
package dev.mnc.model.trust;

import org.jspecify.annotations.NullMarked;
