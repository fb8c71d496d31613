/** The cascade as a TensorFlow graph: its numbers, layers, bodies and stages, and the signatures of inference. */
@NullMarked
package dev.mnc.model.cascade;

import org.jspecify.annotations.NullMarked;
