/** Mask voting: from the candidates of all rounds to instances, in plain Java. */
@NullMarked
package dev.mnc.model.voting;

import org.jspecify.annotations.NullMarked;
