/** Mask voting: from the candidates of all rounds to instances, in plain Java. */
@NullMarked
package dev.mnc.mnc.voting;

import org.jspecify.annotations.NullMarked;
