/** The cascade: graph, SavedModel, prediction, mask voting. */
@NullMarked
package dev.mnc.mnc;

import org.jspecify.annotations.NullMarked;
