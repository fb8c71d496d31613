/** The cascade as a TensorFlow graph: its numbers, layers, bodies and stages, and the signatures of inference. */
@NullMarked
package dev.mnc.mnc.network;

import org.jspecify.annotations.NullMarked;
